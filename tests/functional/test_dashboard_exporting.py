"""A customer's file at the dashboard's API: asked for, told of, streamed."""

import pytest

from shared.store.exports import export_id
from shared.store.files import CHUNK_BYTES
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact, close_window
from tests.functional.product import RecordingTarget, error_code, wait_for

pytestmark = pytest.mark.emulator


def test_file_is_made_when_it_is_asked_for_and_streamed_for_a_day(
    staff: Staff, store: Store, target: RecordingTarget
) -> None:
    contact = add_contact(store, whatsapp_name="Mario")
    path, name = f"/api/contacts/{contact.id}/export", export_id(contact.id)
    begun = staff.call("GET", path)
    assert (begun.status_code, begun.get_json()) == (202, {"export": name, "status": f"/api/exports/{name}"})
    wait_for("the task", lambda: {"v": 1, "type": "export", "export_id": name} in target.bodies)
    assert staff.get(f"/api/exports/{name}")["state"] == "waiting"
    content = b"PK" + bytes(CHUNK_BYTES)
    with store.files.writer(name, "application/zip") as file:
        file.write(content[:5])
        file.write(content[5:])
    store.exports.note(name, state="done")
    answer = staff.call("GET", path)
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-{contact.id[:8]}.zip"'
    assert "Content-Length" not in answer.headers  # Cloud Run answers 32 MB at most of what has one
    assert staff.call("GET", path, fresh="true").status_code == 202
    assert staff.get(f"/api/exports/{name}")["state"] == "waiting"


def test_customer_is_sent_their_file_as_far_as_whatsapp_lets_staff_write(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    closed = close_window(add_contact(store))
    store.change_contact(closed.id, close_window)
    assert staff.call("POST", f"/api/contacts/{contact.id}/export/send", {}).status_code == 202
    answer = staff.call("POST", f"/api/contacts/{closed.id}/export/send", {})
    assert (answer.status_code, error_code(answer)) == (409, "window_closed")
    for path in (f"/api/contacts/{'0' * 32}/export", "/api/exports/x", f"/api/exports/{'0' * 32}"):
        assert staff.call("GET", path).status_code == 404
