"""The routes of the canned replies; every member of staff may use them, owners may change them."""

from functions.dashboard_api.api import Api
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.replies import RepliesBody, ReplyView, list_replies, save_replies
from shared.errors import ConflictError


def add_replies(api: Api, desk: Desk) -> None:
    """Add reading and replacing the canned replies."""

    @api.get("/api/replies", role="viewer")
    def replies() -> list[ReplyView]:
        """List the canned replies; `ETag` names them."""
        return list_replies(desk)

    @api.put("/api/replies", role="owner", note="replies", errors=[ConflictError])
    def change_replies(body: RepliesBody) -> list[ReplyView]:
        """Replace the canned replies: with `If-Match`, only those that it names."""
        return save_replies(desk, body)
