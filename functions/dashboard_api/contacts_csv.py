"""The contacts as a table for spreadsheets (RFC 4180), row by row, so that it takes little memory."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import flask

from functions.dashboard_api.bodies import ContactsQuery, TableLanguage
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.lists import wanted_selection
from shared.errors import StoreUnavailableError
from shared.log import logger
from shared.model.business import CollectedField
from shared.model.contact import Contact
from shared.model.phone_number import format_phone
from shared.store.selections import Selection

ROWS_AT_A_TIME = 200
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
# What a spreadsheet takes for a formula (owasp.org/www-community/attacks/CSV_Injection), as wide signs too.
FORMULA_SIGNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
COLUMNS_BEFORE = 2  # of COLUMNS; between them and the others are the fields that the business collects
COLUMNS: dict[TableLanguage, list[str]] = {
    "en": ["name", "phone", "labels", "assignee", "language", "created", "last_activity", "opted_out", "blocked"],
    "it": [
        "nome completo",  # the collected field is called "Nome"
        "telefono",
        "etichette",
        "assegnata a",
        "lingua",
        "creato il",
        "ultima attività",
        "ha scritto STOP",
        "bloccato",
    ],
}
YES_NO: dict[TableLanguage, tuple[str, str]] = {"en": ("yes", "no"), "it": ("sì", "no")}
FILE_NAMES: dict[TableLanguage, str] = {"en": "contacts", "it": "contatti"}


def contacts_table(desk: Desk, email: str, query: ContactsQuery) -> flask.Response:
    """Return the contacts that a filter shows to somebody, in its order (1 read each, and those a search skips).

    The first rows are read before anything is answered, so that a store that is away is an error and no empty file.
    """
    now = desk.now()
    pages = _pages(desk, wanted_selection(query.filter, email, now), query.q)
    first = next(pages)
    business = desk.business()
    zone = ZoneInfo(business.business.time_zone)
    rows = _rows(first, pages, business.fields, zone, query.language)
    response = flask.Response(_lines(rows, query.separator), mimetype="text/csv")
    name = f"{FILE_NAMES[query.language]}-{now.astimezone(zone):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def harmless(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _pages(desk: Desk, selection: Selection, search: str) -> Iterator[list[Contact]]:
    after = None
    while True:
        page = desk.store.contacts.page(selection, search, after, ROWS_AT_A_TIME)
        yield page.rows
        after = page.following
        if after is None:
            return


def _rows(
    first: list[Contact],
    pages: Iterator[list[Contact]],
    fields: list[CollectedField],
    zone: ZoneInfo,
    language: TableLanguage,
) -> Iterator[list[str]]:
    columns = COLUMNS[language]
    yield [*columns[:COLUMNS_BEFORE], *(field.label for field in fields), *columns[COLUMNS_BEFORE:]]
    yield from (_row(contact, fields, zone, language) for contact in first)
    try:
        yield from (_row(contact, fields, zone, language) for page in pages for contact in page)
    except StoreUnavailableError:
        logger.exception("contacts_table")  # the answer has begun: it breaks off, and the browser says so
        raise


def _row(contact: Contact, fields: list[CollectedField], zone: ZoneInfo, language: TableLanguage) -> list[str]:
    profile, (yes, no) = contact.profile, YES_NO[language]
    return [
        contact.name or "",
        format_phone(contact.phone) or "",
        *(profile[field.name].value if field.name in profile else "" for field in fields),
        ", ".join(contact.labels),
        contact.assignee or "",
        contact.language or "",
        _time(contact.created_at, zone),
        _time(contact.last_activity_at, zone),
        yes if contact.opted_out else no,
        yes if contact.blocked else no,
    ]


def _time(time: dt.datetime | None, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else ""


def _lines(rows: Iterable[list[str]], separator: str) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, delimiter=separator)
    line.write(BYTE_ORDER_MARK)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
