"""Erasing a customer at the dashboard's API: who may, what confirms it, and what it tells."""

import pytest
from flask.testing import FlaskClient

from shared.store.erasures import erasure_id
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import RecordingTarget, error_code, wait_for

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize("confirm", ["Mario Rossi", " mario  rossi", "+39 333 123 4567", "393331234567"])
def test_owner_erases_a_customer_whose_name_or_number_they_type(
    staff: Staff, store: Store, target: RecordingTarget, confirm: str
) -> None:
    contact = add_contact(store, whatsapp_name="Mario Rossi", phone="+393331234567")
    for _ in range(2):
        answer = staff.call("DELETE", f"/api/contacts/{contact.id}", {"confirm": confirm})
        assert (answer.status_code, answer.get_json()) == (202, {"erasure": erasure_id(contact.id)})
    name = answer.get_json()["erasure"]
    wait_for("the task", lambda: {"v": 1, "type": "erase", "erasure_id": name} in target.bodies)
    receipt = staff.get(f"/api/erasures/{name}")
    assert (receipt["state"], receipt["erased"], receipt["finished_at"]) == ("waiting", {}, None)
    acts = staff.get("/api/activity")["activity"]
    assert [act["conversation_id"] for act in acts if act["action"] == "erase"][:2] == [contact.id] * 2


def test_what_is_not_confirmed_or_not_there_is_not_erased(staff: Staff, store: Store) -> None:
    contact = add_contact(store, whatsapp_name="Mario Rossi", phone="+393331234567")
    for wrong in ("", "Mario", "333", "Unknown", contact.id):
        answer = staff.call("DELETE", f"/api/contacts/{contact.id}", {"confirm": wrong})
        assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert store.erasures.get(erasure_id(contact.id)) is None
    for path in (f"/api/contacts/{'0' * 32}", "/api/contacts/..x"):
        assert staff.call("DELETE", path, {"confirm": "Mario"}).status_code == 404
    for name in ("0" * 32, "__x__"):
        assert staff.call("GET", f"/api/erasures/{name}").status_code == 404


def test_only_owners_erase(staff: Staff, dashboard: FlaskClient, store: Store) -> None:
    contact = add_contact(store, whatsapp_name="Mario Rossi")
    staff.do("PUT", "/api/staff/agent@example.com", {"role": "agent"})
    agent = Staff.sign_in(dashboard, "agent@example.com")
    answer = agent.call("DELETE", f"/api/contacts/{contact.id}", {"confirm": "Mario Rossi"})
    assert (answer.status_code, error_code(answer)) == (403, "forbidden")
