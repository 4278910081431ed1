"""What WhatsApp tells of a customer whose number or user id changed. Pure functions.

It comes as a message of type `system` (`user_changed_number`: the old number in `from`, the new one in
`system.wa_id`; `user_changed_user_id`: the new id in `system.user_id`) or as an item of the webhook field
`user_id_update` (`user_id.previous`, `user_id.current`). The third type of system message,
`customer_identity_changed`, tells of a new security code and changes no name.
"""

import datetime as dt
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from functions.process.inbox.inbound import USER_ID, InboundMessage, parse_time
from shared.errors import BadRequestError
from shared.model.identifiers import Name
from shared.model.phone_number import normal_phone
from shared.queue.tasks import IdentityTask
from shared.untrusted import mapping, string

CHANGES = ("user_changed_number", "user_changed_user_id")


class IdentityChange(BaseModel):
    """Names that one customer gave up, took and kept at a moment (in whole seconds, as WhatsApp counts)."""

    model_config = ConfigDict(frozen=True)

    at: dt.datetime
    former: list[Name] = []
    current: list[Name] = []
    kept: list[Name] = []
    username: str | None = None
    whatsapp_name: str | None = None


def whole_second(at: dt.datetime) -> dt.datetime:
    """Return a time as WhatsApp tells it, without the fraction that arrival added."""
    return at.replace(microsecond=0)


def identity_change(inbound: InboundMessage) -> IdentityChange | None:
    """Return the change that a system message tells of; None when it tells of none."""
    if inbound.kind != "system":
        return None
    detail = mapping(mapping(json.loads(inbound.payload)).get("system"))
    if detail.get("type") not in CHANGES:
        return None
    # Up to version 11 of the API the new number was called new_wa_id.
    number = detail.get("wa_id") or detail.get("new_wa_id")
    current = _names(number, detail.get("user_id"), detail.get("parent_user_id"))
    return _change(whole_second(inbound.at), inbound.identities, current) if current else None


def identity_update(task: IdentityTask, now: dt.datetime) -> IdentityChange:
    """Return the change that an item of `user_id_update` tells of; raises BadRequestError when it tells of none."""
    update, entry = task.update, task.contact or {}
    user_id, parent = mapping(update.get("user_id")), mapping(update.get("parent_user_id"))
    former = _names(None, user_id.get("previous"), parent.get("previous"))
    current = _names(None, user_id.get("current"), parent.get("current"))
    if not current:
        raise BadRequestError("a change of a user id without the new one")
    phone = _names(update.get("wa_id") or entry.get("wa_id"), None, None)
    profile = mapping(entry.get("profile"))
    at = whole_second(parse_time(update.get("timestamp"), now))
    change = _change(at, [*former, *phone], current)
    said = {"username": string(profile.get("username")), "whatsapp_name": string(profile.get("name"))}
    return change.model_copy(update=said)


def _change(at: dt.datetime, before: list[Name], current: list[Name]) -> IdentityChange:
    """Sort the names from before: one is given up for a new one of its kind, the others are kept."""
    taken_ids, taken_kinds = {name.id for name in current}, {name.kind for name in current}
    before = [name for name in before if name.id not in taken_ids]
    former = [name for name in before if name.kind in taken_kinds]
    kept = [name for name in before if name.kind not in taken_kinds]
    return IdentityChange(at=at, former=former, current=current, kept=kept)


def _names(phone: Any, user_id: Any, parent_user_id: Any) -> list[Name]:
    """Return what are names among values of other people's making."""
    number = normal_phone(string(phone) or "")
    names = [Name("phone", number)] if number else []
    if (value := string(user_id)) and USER_ID.match(value):
        names.append(Name("user_id", value))
    if (value := string(parent_user_id)) and USER_ID.match(value):
        names.append(Name("parent_user_id", value))
    return names
