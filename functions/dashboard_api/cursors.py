"""Places in a list, as the page names them: the time and the id of a document."""

from functions.dashboard_api.times import read_time, time_text
from shared.errors import BadRequestError
from shared.model.ids import is_id
from shared.store.pages import Position


def cursor_of(position: Position) -> str:
    """Write a place in a list."""
    return f"{time_text(position[0])}~{position[1]}"


def position_of(cursor: str) -> Position | None:
    """Read a place in a list, None for its beginning; raises BadRequestError."""
    if not cursor:
        return None
    time, _, document_id = cursor.partition("~")
    if not is_id(document_id):
        raise BadRequestError("the cursor cannot be read")
    return read_time(time), document_id
