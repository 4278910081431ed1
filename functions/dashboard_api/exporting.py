"""A person's file: asked for here, made by the process function, kept for a day."""

from collections.abc import Iterator

import flask
from typing_extensions import TypedDict

from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.outbox import require_reachable
from functions.dashboard_api.times import time_text
from shared.queue.tasks import ExportTask
from shared.store.exports import Export, ExportState, export_id
from shared.store.files import StoredFile


class ExportBegun(TypedDict):
    """The id of an export that is being made, and the address that tells how far it is."""

    export: str
    status: str


class ExportView(TypedDict):
    """How far an export is: `done` of `total` messages; `size` is in bytes; it is kept until `kept_until`."""

    id: str
    state: ExportState
    done: int
    total: int
    size: int
    problem: str
    begun_at: str
    kept_until: str


def export_response(desk: Desk, contact_id: str, *, fresh: bool) -> flask.Response:
    """Return a person's file if it was made within a day, else have it made (2 reads; 1 write, 1 task).

    The file is streamed chunk by chunk (1 read each), without its length: Cloud Run bounds only what has one.
    """
    contact = get_contact(desk, contact_id)
    export = desk.store.exports.get(export_id(contact.id))
    if export and (export.send_by or export.state == "failed" or export.kept_until < desk.now()):
        export = None
    if fresh and export and export.state == "done":  # one that is being made is fresh
        export = None
    found = desk.store.files.find(export.id) if export and export.state == "done" else None
    if found:
        response = flask.Response(_chunks(desk, found), mimetype="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="customer-{contact.id[:8]}.zip"'
        return response
    if export is None or export.state == "done":
        export = desk.store.exports.begin(contact.id, desk.now())
    desk.queue.enqueue(ExportTask(export_id=export.id))
    begun: ExportBegun = {"export": export.id, "status": f"/api/exports/{export.id}"}
    response = flask.jsonify(begun)
    response.status_code = 202
    return response


def send_export(desk: Desk, contact_id: str, email: str) -> ExportView:
    """Have a customer sent what is kept of them (2 reads, 1 write, 1 task); raises as sending any message does."""
    contact = get_contact(desk, contact_id)
    require_reachable(contact, desk.now())
    export = desk.store.exports.begin(contact.id, desk.now(), send_by=email)
    desk.queue.enqueue(ExportTask(export_id=export.id))
    return export_view(export)


def export_view(export: Export) -> ExportView:
    """Return how far an export is."""
    return {
        "id": export.id,
        "state": export.state,
        "done": export.done,
        "total": export.total,
        "size": export.size,
        "problem": export.problem,
        "begun_at": time_text(export.begun_at),
        "kept_until": time_text(export.kept_until),
    }


def _chunks(desk: Desk, found: StoredFile) -> Iterator[bytes]:
    return (desk.store.files.read_chunk(found, number) for number in range(found.chunks))
