"""The routes of a customer's rights: a file with all that is kept of them, and erasing it."""

import flask

from functions.dashboard_api.api import Answer, Api
from functions.dashboard_api.bodies import EraseBody, ExportQuery
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.erasing import ErasureBegun, ErasureView, begin_erasure, erasure_view
from functions.dashboard_api.exporting import ExportBegun, ExportView, export_response, export_view, send_export
from shared.errors import NotFoundError, OptedOutError, WindowClosedError
from shared.log import logger
from shared.model.ids import is_id

EXPORT = [Answer(200, "application/zip"), Answer(202, shape=ExportBegun)]


def add_privacy(api: Api, desk: Desk) -> None:
    """Add exporting and erasing a customer."""

    @api.delete("/api/contacts/<contact_id>", role="owner", note="erase", status=202)
    def erase(contact_id: str, body: EraseBody) -> ErasureBegun:
        """Erase a customer: here, at OpenAI and at WhatsApp. There is no way back.

        `confirm` is their name or number, as it is shown. May be repeated; `/api/erasures/{erasure}` tells how far
        it is. Who writes under the number meanwhile is a new customer.
        """
        begun = begin_erasure(desk, contact_id, body.confirm)
        logger.info("staff_action", action="erase", contact=contact_id)
        return begun

    @api.get("/api/contacts/<contact_id>/export", role="agent", note="export", answers=EXPORT)
    def export(contact_id: str, query: ExportQuery) -> flask.Response:
        """Download everything that is kept of a customer; 202 while it is made.

        A zip with `data.json` (docs/privacy.md tells its form), `index.html` to read it, and the files. It is kept
        for a day; `fresh` makes it anew. `/api/exports/{export}` tells how far it is.
        """
        return export_response(desk, contact_id, fresh=query.fresh)

    @api.post(
        "/api/contacts/<contact_id>/export/send",
        role="agent",
        note="export",
        status=202,
        errors=[OptedOutError, WindowClosedError],
    )
    def send(contact_id: str) -> ExportView:
        """Send a customer what is kept of them, as a text document in the chat."""
        return send_export(desk, contact_id, flask.g.staff.email)

    @api.get("/api/exports/<export_id>", role="agent")
    def export_state(export_id: str) -> ExportView:
        """Tell how far an export is."""
        found = desk.store.exports.get(export_id) if is_id(export_id) else None
        if found is None:
            raise NotFoundError("there is no such export")
        return export_view(found)

    @api.get("/api/erasures/<erasure_id>", role="owner")
    def erasure(erasure_id: str) -> ErasureView:
        """Tell how far an erasure is; of one that is done this is the receipt. It holds no personal data."""
        found = desk.store.erasures.get(erasure_id) if is_id(erasure_id) else None
        if found is None:
            raise NotFoundError("there is no such erasure")
        return erasure_view(found)
