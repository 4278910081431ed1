"""Every kind of webhook that Meta sends goes the whole path: answered 200, and a record of it stays.

A new kind is a file in tests/payloads, whose time stamps are replaced by the present one.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.model.contact import Contact
from shared.model.ids import identity_id, inbound_id
from shared.model.message import REMOTE_STATUSES, Message
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.whatsapp.client import CALLBACK_PREFIX
from tests.functional.product import PHONE_ID, Json, Product, post_webhook, wait_for

pytestmark = pytest.mark.emulator

FILES = sorted((Path(__file__).parents[1] / "payloads").glob("*.json"))
STAMP = "1790000000"  # the time in the files
CUSTOMERS = {
    "393331234567": "IT.13491208655302741918",
    "393339876543": "IT.99991208655302741918",  # the same customer after system-number-changed
    "393330000001": "IT.1",
    "393330000002": "IT.2",
}
UNANSWERED = ("reaction", "system", "edit", "revoke")
EVENTS = {  # how many things in a file nobody understands
    "account-update": 1,
    "errors": 1,
    "malformed-neighbours": 3,
    "mixed": 1,
    "status-deleted": 1,
}
IDENTITY_CHANGES = {"user-id-update"}
INBOUND_KINDS = {
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "button", "interactive",
    "reaction", "order", "system", "edit", "revoke", "unsupported",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def customers(product: Product) -> None:
    for phone, user_id in CUSTOMERS.items():
        product.add_customer(phone, phone, user_id)


@pytest.fixture(scope="module")
def receiver(product: Product) -> Contact:
    """Somebody whom the business has written to."""
    contact = Contact(id="receiver", created_at=utc_now())
    return product.store.commit(contact, Change(contact))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_payload_is_answered_and_leaves_a_record(path: Path, product: Product, receiver: Contact) -> None:
    body = json.loads(path.read_text().replace(STAMP, str(int(time.time()))))
    statuses = [item for item in _items(body, "statuses") if item.get("status") in REMOTE_STATUSES and "id" in item]
    for status in statuses:
        _store_outbound(product, receiver, status)
    events, sent = product.count_events(), len(product.sent_texts())

    assert post_webhook(product.webhook, body).status_code == 200

    messages = _items(body, "messages")
    for item in messages:
        found = _wait_for_message(product, item)
        assert found.kind == item.get("type", "unsupported")
        assert found.status == ("answered" if _wants_answer(item) else "recorded")
        assert json.loads(found.payload or "") == item
    for status in statuses:
        _wait_for_status(product, status)
    wait_for("every event", lambda: product.count_events() == events + EVENTS.get(path.stem, 0) or None)
    if any(map(_wants_answer, messages)):
        assert len(product.sent_texts()) > sent
    for update in _items(body, "user_id_update"):
        _wait_for_names(product, update)
    assert messages or statuses or path.stem in EVENTS or path.stem in IDENTITY_CHANGES


def test_user_id_update_of_nobody_known_is_followed_without_an_event(product: Product) -> None:
    text = (Path(__file__).parents[1] / "payloads" / "user-id-update.json").read_text()
    for known, unknown in (("393331234567", "393470000001"), ("IT.1349", "IT.777"), ("IT.9999", "IT.888")):
        assert known in text
        text = text.replace(known, unknown)
    body, events = json.loads(text), product.count_events()
    assert post_webhook(product.webhook, body).status_code == 200
    for update in _items(body, "user_id_update"):
        _wait_for_names(product, update)
    assert product.count_events() == events


def test_payloads_cover_every_inbound_kind() -> None:
    kinds = {item.get("type") for path in FILES for item in _items(json.loads(path.read_text()), "messages")}
    assert kinds >= INBOUND_KINDS


def test_payloads_cover_every_status() -> None:
    names = {item.get("status") for path in FILES for item in _items(json.loads(path.read_text()), "statuses")}
    assert names >= {*REMOTE_STATUSES, "deleted"}


def _wants_answer(item: Json) -> bool:
    return item.get("type", "unsupported") not in UNANSWERED and "group_id" not in item


def _items(body: Json, name: str) -> list[Json]:
    """The objects of a list, of all changes that concern our number."""
    return [item for value in _values(body) for item in value.get(name, []) if isinstance(item, dict)]


def _values(body: Json) -> Iterator[dict[str, Any]]:
    for entry in body["entry"]:
        for change in entry["changes"]:
            if change["value"].get("metadata", {}).get("phone_number_id") == PHONE_ID:
                yield change["value"]


def _store_outbound(product: Product, contact: Contact, status: Json) -> None:
    callback = status.get("biz_opaque_callback_data", "")
    message = Message(
        id=callback.removeprefix(CALLBACK_PREFIX) or f"outbound-{status['id'][-40:]}",
        contact_id=contact.id,
        direction="out",
        author="assistant",
        kind="text",
        text="hello",
        status="accepted",
        whatsapp_id=None if callback else status["id"],
        at=utc_now(),
    )
    stored = product.store.contacts.get(contact.id)
    assert stored is not None
    product.store.commit(stored, Change(stored, creates=(message,)))


def _wait_for_message(product: Product, item: Json) -> Message:
    def look() -> Message | None:
        message = product.store.messages.get(inbound_id(item["id"]))
        return message if message and message.status != "new" else None

    return wait_for(f"message {item['id']}", look)


def _wait_for_names(product: Product, update: Json) -> None:
    """Both ids lead to the contact that has the current one."""
    ids = [identity_id("user_id", update["user_id"][name]) for name in ("previous", "current")]

    def look() -> bool:
        identities = product.store.identities.get_all(ids)
        owners = {identity.contact_id for identity in identities.values()}
        contact = product.store.contacts.get(owners.pop()) if len(identities) == 2 and len(owners) == 1 else None
        return contact is not None and contact.user_id == update["user_id"]["current"]

    wait_for("both names", look)


def _wait_for_status(product: Product, status: Json) -> None:
    def look() -> dt.datetime | None:
        callback = status.get("biz_opaque_callback_data", "").removeprefix(CALLBACK_PREFIX)
        store = product.store
        message = store.messages.get(callback) if callback else store.messages.find_outbound(status["id"])
        return message.statuses.get(status["status"]) if message else None

    at = wait_for(f"status {status['id']}", look)
    assert abs((utc_now() - at).total_seconds()) < 3600
