"""The contacts as a table: all that a filter shows, harmless in a spreadsheet, with accents intact."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from functions.dashboard_api.contacts_csv import FORMULA_SIGNS, ROWS_AT_A_TIME, harmless
from shared.errors import StoreUnavailableError
from shared.model.profile_field import ProfileField
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code
from tests.functional.test_dashboard_errors import staff_with

pytestmark = pytest.mark.emulator

LONG_AGO = dt.datetime(2024, 7, 1, 22, 30, tzinfo=dt.UTC)
PATH = "/api/contacts.csv"


def table(staff: Staff, **query: str) -> list[dict[str, str]]:
    answer = staff.call("GET", PATH, **query)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=query.get("separator", ",")))


def add_whole_contact(store: Store, **fields: Any) -> None:
    said = {"first_name": "Zoë", "company": 'D\'Angelo & "Figli"; srl', "email": "=HYPERLINK(1)@evil.it"}
    profile = {name: ProfileField(value=text, source="staff", updated_at=LONG_AGO) for name, text in said.items()}
    values = {
        "phone": "+393451112233",
        "language": "it",
        "assignee": "anna@example.com",
        "labels": ["Vip", "Nuovo"],
    }
    times = {"created_at": LONG_AGO, "last_activity_at": LONG_AGO}
    add_contact(store, profile=profile, opted_out=True, **{**values, **times, **fields})


def test_table_has_a_row_for_each_contact_with_all_that_is_known(staff: Staff, store: Store) -> None:
    add_whole_contact(store, labels=["Whole", "Vip"])
    (row,) = table(staff, filter="label:Whole")
    assert row == {
        "name": "Zoë",
        "phone": "'+39 345 111 2233",
        "Nome": "Zoë",
        "Cognome": "",
        "Azienda": 'D\'Angelo & "Figli"; srl',
        "E-mail": "'=HYPERLINK(1)@evil.it",
        "labels": "Whole, Vip",
        "assignee": "anna@example.com",
        "language": "it",
        "created": "2024-07-02 00:30",  # in the business's time zone
        "last_activity": "2024-07-02 00:30",
        "opted_out": "yes",
        "blocked": "no",
    }
    assert table(staff, filter="label:Whole", separator=";") == [row]
    (italian,) = table(staff, filter="label:Whole", language="it")
    assert list(italian.values()) == [value if value != "yes" else "sì" for value in row.values()]
    assert [*italian][:3] == ["nome completo", "telefono", "Nome"] and "ha scritto STOP" in italian


def test_table_begins_with_what_tells_excel_the_encoding_and_is_a_download(staff: Staff) -> None:
    answer = staff.call("GET", PATH)
    assert answer.data.startswith(b"\xef\xbb\xbfname,phone,")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="contacts-20')


def test_table_has_what_the_filter_and_the_search_show_over_many_pages(staff: Staff, store: Store) -> None:
    for number in range(ROWS_AT_A_TIME + 5):
        add_contact(store, whatsapp_name=f"Ottavio {number}", blocked=number == 7, last_activity_at=LONG_AGO)
    names = [row["name"] for row in table(staff, q="ottavio")]
    assert len(names) == len(set(names)) == ROWS_AT_A_TIME + 5
    assert [row["name"] for row in table(staff, q="ottavio", filter="blocked")] == ["Ottavio 7"]
    assert table(staff, q="nobody at all") == []


@pytest.mark.parametrize("query", [{"filter": "nice"}, {"separator": "|"}, {"language": "xx"}])
def test_table_that_cannot_be_is_a_400(staff: Staff, query: dict[str, str]) -> None:
    answer = staff.call("GET", PATH, **query)
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


def test_table_of_a_store_that_is_away_is_an_error_and_no_empty_file() -> None:
    answer = staff_with(StoreUnavailableError("away")).call("GET", PATH)
    assert (answer.status_code, error_code(answer)) == (503, "store_unavailable")


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_cell_that_begins_like_a_formula_is_a_text(sign: str) -> None:
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("text", ["", "Anna", "1+1", "a=b", "'quoted", "è", " =1"])
def test_cell_that_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
