"""What Meta posts: its signature, and how one body becomes tasks. Pure functions.

Facts (developers.facebook.com/docs/graph-api/webhooks): the signature is an HMAC-SHA256 over the raw body;
one body may mix several entries, changes, messages and statuses; unknown things arrive without notice.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shared.queue.tasks import BatchTask, EchoTask, IdentityTask, InboundTask, MessageTask, RawTask, StatusTask
from shared.untrusted import mapping, mappings

MAX_BODY_BYTES = 3 * 1024 * 1024  # Meta's limit for one webhook
MAX_ITEM_CHARACTERS = 150_000  # a task may have 1 MB, and JSON spells some characters with six
MAX_CONTACT_CHARACTERS = 4_000  # of a sender's entry, which every message of theirs carries; usual are 200
MAX_TASKS = 1_000  # of one body, which may have 20,000 events: so many are made within a second or two
MAX_BATCH_BYTES = 900_000  # a task may have 1 MB
MAX_BATCH_STATUSES = 100  # a write each, so that a batch is done within its ten seconds
MAX_FIELD_CHARACTERS = 80
MAX_DEPTH = 50  # what pydantic and JSON can carry is a few hundred; no event has ten
SIGNATURE_PREFIX = "sha256="
ITEM_FIELDS = ("messages", "user_id_update", "smb_message_echoes")  # the changes that are lists of items
ABOUT_ITEMS = {"messaging_product", "metadata", "contacts"}  # what such a change says about its items
NOTICE_IDS = ("wa_id", "user_id", "previous_wa_id", "previous_user_id")  # of a system message

Json = dict[str, Any]


def is_signed(body: bytes, header: str | None, secrets: list[bytes]) -> bool:
    """Tell whether the X-Hub-Signature-256 header proves that the body comes from a holder of a secret."""
    if not header or not header.startswith(SIGNATURE_PREFIX):
        return False
    given = header.removeprefix(SIGNATURE_PREFIX).encode("utf-8", "replace")
    valid = False
    for secret in secrets:  # all are tried, so that the time taken does not tell which one fits
        valid |= hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest().encode(), given)
    return valid


def split(body: bytes, phone_id: str) -> list[InboundTask]:
    """Split a webhook's body into tasks: messages first, then staff's of the phone app, statuses, and the rest.

    Events of another phone number are left out. What is not understood becomes a RawTask; nothing raises.
    """
    try:
        payload = _parse(body)
    except (ValueError, RecursionError):  # invalid UTF-8 is a ValueError too
        return [_raw("unreadable", body.decode("utf-8", "replace"))]
    if not _is_whatsapp(payload):
        return [_raw("unknown", payload)]
    tasks: list[InboundTask] = []
    for entry in payload["entry"]:
        tasks += _entry_tasks(entry, phone_id)
    order = {"message": 0, "echo": 1, "status": 2, "identity": 3, "raw": 4}
    return sorted(tasks, key=lambda task: order[task.type])


def grouped(tasks: list[InboundTask]) -> Sequence[InboundTask | BatchTask]:
    """Put a body's statuses into batches, a hundred in each; of a body with more than 1,000 events, all events.

    The order stays. Batches are filled by half at least or have their share of the events: there are at most 1,000.
    """
    if len(tasks) > MAX_TASKS:
        return _batches(tasks, math.ceil(len(tasks) / (MAX_TASKS // 2)))
    statuses = [task for task in tasks if task.type == "status"]
    if len(statuses) < 2:
        return tasks
    first = tasks.index(statuses[0])
    return [*tasks[:first], *_batches(statuses, MAX_BATCH_STATUSES), *tasks[first + len(statuses) :]]


def _batches(tasks: Sequence[InboundTask], share: int) -> list[BatchTask]:
    """Fill batches of at most `share` events."""
    batches: list[list[InboundTask]] = []
    room = 0
    for task in tasks:
        size = len(task.model_dump_json().encode()) + 1
        if not batches or size > room or len(batches[-1]) == share:
            batches.append([])
            room = MAX_BATCH_BYTES
        batches[-1].append(task)
        room -= size
    return [BatchTask(items=items) for items in batches]


def _parse(body: bytes) -> Any:
    """Parse JSON; half of a surrogate pair, which JSON can spell and nothing can store, becomes `?`."""
    payload = json.loads(body)
    text = json.dumps(payload, ensure_ascii=False)
    storable = text.encode("utf-8", "replace").decode()
    return payload if storable == text else json.loads(storable)


def _is_whatsapp(payload: Any) -> bool:
    return (
        isinstance(payload, dict)
        and payload.get("object") == "whatsapp_business_account"
        and isinstance(payload.get("entry"), list)
    )


def _entry_tasks(entry: Any, phone_id: str) -> Iterator[InboundTask]:
    changes = mapping(entry).get("changes")
    if not isinstance(changes, list):
        yield _raw("entry", entry)
        return
    for change in changes:
        value = mapping(change).get("value")
        if not isinstance(value, dict):
            yield _raw("change", change)
        elif _is_ours(value, phone_id):
            yield from _change_tasks(str(change.get("field")), value)


def _is_ours(value: Json, phone_id: str) -> bool:
    """Tell whether an event is about our number, or about none (but the account), which concerns us too."""
    number = mapping(value.get("metadata")).get("phone_number_id")
    return number is None or str(number) == phone_id


def _change_tasks(field: str, value: Json) -> Iterator[InboundTask]:
    """Make a task of each item that is known, and a raw one of what else the change says."""
    if field not in ITEM_FIELDS:
        yield _raw(field, value)
        return
    contacts = mappings(value.get("contacts"))
    understood = {name for name in ITEM_TASKS if isinstance(value.get(name), list)}
    for name in sorted(understood):
        for item in value[name]:
            yield ITEM_TASKS[name](item, contacts) if _is_small_object(item) else _raw(name, item)
    rest = {name: item for name, item in value.items() if name not in understood | ABOUT_ITEMS}
    if rest or not understood:
        yield _raw(field, rest or value)


def _message_task(message: Json, contacts: list[Json]) -> MessageTask:
    return MessageTask(message=message, contact=_contact_of(message, contacts))


def _status_task(status: Json, _contacts: list[Json]) -> StatusTask:
    return StatusTask(status=status)


def _echo_task(echo: Json, _contacts: list[Json]) -> EchoTask:
    return EchoTask(echo=echo)


def _identity_task(update: Json, contacts: list[Json]) -> IdentityTask:
    sender = {"from": update.get("wa_id"), "from_user_id": mapping(update.get("user_id")).get("current")}
    return IdentityTask(update=update, contact=_contact_of(sender, contacts))


ITEM_TASKS: dict[str, Callable[[Json, list[Json]], InboundTask]] = {
    "messages": _message_task,
    "statuses": _status_task,
    "message_echoes": _echo_task,
    "user_id_update": _identity_task,
}


def _contact_of(message: Json, contacts: list[Json]) -> Json | None:
    """Find the sender's entry of `contacts`; entries name a phone (`wa_id`), a user id, or both."""
    senders = [sender for sender in (message.get("from"), message.get("from_user_id")) if sender]
    # A notice without a sender must not get the entry of a message beside it: it would join two people.
    if not senders and message.get("type") == "system":
        senders = [mapping(message.get("system")).get(name) for name in NOTICE_IDS]
    elif not senders and len(contacts) == 1:
        return contacts[0] if _is_small_object(contacts[0], MAX_CONTACT_CHARACTERS) else None
    senders = [sender for sender in senders if isinstance(sender, str)]
    named = (entry for entry in contacts if entry.get("wa_id") in senders or entry.get("user_id") in senders)
    found = next(named, None)
    return found if _is_small_object(found, MAX_CONTACT_CHARACTERS) else None


def _is_small_object(item: Any, limit: int = MAX_ITEM_CHARACTERS) -> bool:
    return isinstance(item, dict) and _fits(item, json.dumps(item), limit)


def _fits(value: Any, text: str, limit: int = MAX_ITEM_CHARACTERS) -> bool:
    return len(text) <= limit and _depth(value, MAX_DEPTH) <= MAX_DEPTH


def _depth(value: Any, limit: int) -> int:
    """Return how deeply lists and objects are nested, looking no further than `limit` levels."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if children is None or limit < 0:
        return 0
    return 1 + max((_depth(child, limit - 1) for child in children), default=0)


def _raw(field: str, value: Any) -> RawTask:
    """Keep a value as it came; one too large or deep for a task is kept as the beginning of its text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    kept = value if _fits(value, text) else text[:MAX_ITEM_CHARACTERS]
    return RawTask(field=field[:MAX_FIELD_CHARACTERS], value=kept)
