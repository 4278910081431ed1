"""The routes of a customer's rights: erasing all that is kept of them."""

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import EraseBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.erasing import ErasureBegun, ErasureView, begin_erasure, erasure_view
from shared.errors import NotFoundError
from shared.log import logger
from shared.model.ids import is_id


def add_privacy(api: Api, desk: Desk) -> None:
    """Add erasing a customer."""

    @api.delete("/api/contacts/<contact_id>", role="owner", note="erased", status=202)
    def erase(contact_id: str, body: EraseBody) -> ErasureBegun:
        """Erase a customer: here, at OpenAI and at WhatsApp. There is no way back.

        `confirm` is their name or number, as it is shown. May be repeated; `/api/erasures/{erasure}` tells how far
        it is. Who writes under the number meanwhile is a new customer.
        """
        begun = begin_erasure(desk, contact_id, body.confirm)
        logger.info("staff_action", action="erase", contact=contact_id)
        return begun

    @api.get("/api/erasures/<erasure_id>", role="owner")
    def erasure(erasure_id: str) -> ErasureView:
        """Tell how far an erasure is; of one that is done this is the receipt. It holds no personal data."""
        found = desk.store.erasures.get(erasure_id) if is_id(erasure_id) else None
        if found is None:
            raise NotFoundError("there is no such erasure")
        return erasure_view(found)
