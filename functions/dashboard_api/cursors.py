"""Where a page of a list ends, as the API tells it."""

from functions.dashboard_api.times import read_time, time_text
from shared.errors import BadRequestError
from shared.model.ids import is_id
from shared.store.pages import Position


def cursor_of(position: Position) -> str:
    """Return the cursor of a position."""
    return f"{time_text(position[0])}~{position[1]}"


def position_of(cursor: str) -> Position | None:
    """Return the position of a cursor, None of an empty one; raises BadRequestError for what is none."""
    if not cursor:
        return None
    time, _, document_id = cursor.partition("~")
    if not is_id(document_id):
        raise BadRequestError("the cursor cannot be read")
    return read_time(time), document_id
