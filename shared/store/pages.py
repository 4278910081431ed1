"""Pages of a query, and changes since a moment."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.store.connection import READ_SECONDS, firestore_errors

Position = tuple[dt.datetime, str]
RowT = TypeVar("RowT")
MAX_PAGES_SEARCHED = 10  # of rows that one word finds and the rest of the search may not


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Rows of a list, and where the next page begins; None when there is none."""

    rows: list[RowT]
    following: Position | None


def ordered(query: Any, field: str, *, newest_first: bool) -> Any:
    """Order a query by a time, and by id where the time is the same."""
    direction = firestore.Query.DESCENDING if newest_first else firestore.Query.ASCENDING
    return query.order_by(field, direction=direction).order_by("__name__", direction=direction)


def after_position(
    query: Any, collection: Any, field: str, after: Position | None, limit: int, *, newest_first: bool = True
) -> Any:
    """Order a query by a time, and begin it after a position."""
    query = ordered(query, field, newest_first=newest_first)
    if after:
        query = query.start_after([after[0], collection.document(after[1])])
    return query.limit(limit)


def filled_page(
    rows_after: Callable[[Position | None], list[RowT]],
    fits: Callable[[RowT], bool],
    position_of: Callable[[RowT], Position | None],
    after: Position | None,
    limit: int,
) -> Page[RowT]:
    """Fill a page with the rows that fit, as far as ten pages of `limit` rows further on."""
    found: list[RowT] = []
    for _ in range(MAX_PAGES_SEARCHED):
        rows = rows_after(after)
        for row in rows:
            after = position_of(row)
            if fits(row):
                found.append(row)
            if len(found) == limit:
                return Page(found, after)
        if len(rows) < limit:
            return Page(found, None)
    return Page(found, after)


def changed_since(query: Any, since: dt.datetime, limit: int) -> list[Any]:
    """Read what changed since a moment, oldest change first (1 read each, 1 when there is none)."""
    query = query.where(filter=FieldFilter("updated_at", ">", since)).order_by("updated_at").limit(limit)
    with firestore_errors():
        return list(query.stream(timeout=READ_SECONDS))


def complete_until(snapshots: list[Any], limit: int) -> dt.datetime | None:
    """Return the moment up to which changes are all that there were; None when there were none."""
    if not snapshots:
        return None
    last: dt.datetime = snapshots[-1].get("updated_at")
    read: dt.datetime = snapshots[-1].read_time
    return last if len(snapshots) == limit else read
