"""The routes of staff's notes about a customer."""

import flask

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import NoteBody, NotesQuery
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.notes import (
    NotesPage,
    NoteView,
    convert_notes,
    delete_note,
    list_notes,
    write_note,
)
from shared.log import logger


def add_notes(api: Api, desk: Desk) -> None:
    """Add reading, writing and deleting notes."""

    @api.get("/api/conversations/<contact_id>/notes", role="viewer", note="view")
    def notes(contact_id: str, query: NotesQuery) -> NotesPage:
        """List staff's notes about a customer, the newest first, a page at a time."""
        return list_notes(desk, contact_id, query.cursor)

    @api.post("/api/conversations/<contact_id>/notes", role="agent", note="note", status=201)
    def write(contact_id: str, body: NoteBody) -> NoteView:
        """Write a note, which the customer never sees; `for_assistant` lets the assistant know it.

        With a `client_note_id` of the caller's, a note that is written again stays one.
        """
        note = write_note(desk, contact_id, body, flask.g.staff.email)
        logger.info("staff_action", action="note", contact=contact_id)
        return note

    @api.post("/api/conversations/<contact_id>/notes/convert", role="agent", note="note", status=201)
    def convert(contact_id: str) -> NoteView:
        """Make a note of the one text that older versions kept."""
        return convert_notes(desk, contact_id, flask.g.staff.email)

    @api.delete("/api/conversations/<contact_id>/notes/<note_id>", role="agent", note="note_removed")
    def delete(contact_id: str, note_id: str) -> None:
        """Delete a note: one's own, or as an owner."""
        delete_note(desk, contact_id, note_id, flask.g.staff)
        logger.info("staff_action", action="delete_note", contact=contact_id)
