"""What WhatsApp tells of a customer whose number or user id changed. Pure functions.

It comes as a message of type `system` (`user_changed_number`: the old number in `from`, the new one in
`system.wa_id`; `user_changed_user_id`: the new id in `system.user_id`). Since August 2026 it names what was before
in `previous_user_id`, `previous_parent_user_id` and sometimes `previous_wa_id`; its sender may then be the new id,
or missing (Meta's changelog of the WhatsApp Cloud API, 2026-08-11; payloads in public test suites). Until then
changed ids came as items of the webhook field `user_id_update` (`user_id.previous`, `user_id.current`). The third
type of system message, `customer_identity_changed`, tells of a new security code and changes no identifier.
"""

import datetime as dt
import re
from dataclasses import field, replace
from typing import Any

from functions.process.inbox.times import parse_time, whole_second
from shared.errors import BadRequestError
from shared.model.identifiers import Identifier
from shared.model.phone_number import normal_phone
from shared.model.value import value
from shared.queue.tasks import IdentityTask
from shared.untrusted import mapping, string

# Business-scoped user ids look like US.1349… or US.ENT.1349…; one has also been seen where the phone belongs.
USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
CHANGED_FROM_TO = re.compile(r"\bchanged (?:[a-z ]{1,30} )?from (\S+) to (\S+?)\.?$")
CHANGES = ("user_changed_number", "user_changed_user_id")


@value
class IdentityChange:
    """Identifiers that one customer gave up, took and kept at a moment (in whole seconds, as WhatsApp counts)."""

    at: dt.datetime
    former: list[Identifier] = field(default_factory=list)
    current: list[Identifier] = field(default_factory=list)
    kept: list[Identifier] = field(default_factory=list)
    username: str | None = None
    whatsapp_name: str | None = None


def system_change(detail: dict[str, Any], sender: list[Identifier], at: dt.datetime) -> IdentityChange | None:
    """Return the change that the `system` object of a message tells of; None when it tells of none."""
    if detail.get("type") not in CHANGES:
        return None
    # Up to version 11 of the API the new number was called new_wa_id.
    number = detail.get("wa_id") or detail.get("new_wa_id")
    current = _identifiers(number, detail.get("user_id"), detail.get("parent_user_id"))
    before = _identifiers(*(detail.get(f"previous_{name}") for name in ("wa_id", "user_id", "parent_user_id")))
    if not current and not before:
        before, current = _told_in_words(string(detail.get("body")) or "")
    if not current:  # only the sender is new
        current = [new for new in sender if new.kind in {old.kind for old in before} and new not in before]
    if not current or not (before or sender):
        return None
    return _change(whole_second(at), [*before, *sender], current)


def _told_in_words(body: str) -> tuple[list[Identifier], list[Identifier]]:
    """Return the identifiers from before and after out of "User Mario changed from X to Y".

    Only the end of the notice counts, since the name before it is the customer's choice.
    """
    found = CHANGED_FROM_TO.search(body)
    if not found:
        return [], []
    before, after = (_identifiers(None if USER_ID.match(text) else text, text, None) for text in found.groups())
    return (before, after) if before and after else ([], [])


def identity_update(task: IdentityTask, now: dt.datetime) -> IdentityChange:
    """Return the change that an item of `user_id_update` tells of; raises BadRequestError when it tells of none."""
    update, entry = task.update, task.contact or {}
    user_id, parent = mapping(update.get("user_id")), mapping(update.get("parent_user_id"))
    former = _identifiers(None, user_id.get("previous"), parent.get("previous"))
    current = _identifiers(None, user_id.get("current"), parent.get("current"))
    if not current:
        raise BadRequestError("a change of a user id without the new one")
    phone = _identifiers(update.get("wa_id") or entry.get("wa_id"), None, None)
    profile = mapping(entry.get("profile"))
    at = whole_second(parse_time(update.get("timestamp"), now))
    change = _change(at, [*former, *phone], current)
    return replace(change, username=string(profile.get("username")), whatsapp_name=string(profile.get("name")))


def _change(at: dt.datetime, before: list[Identifier], current: list[Identifier]) -> IdentityChange:
    """Sort the identifiers from before: one is given up for a new one of its kind, the others are kept."""
    taken_ids, taken_kinds = {new.id for new in current}, {new.kind for new in current}
    before = [old for old in dict.fromkeys(before) if old.id not in taken_ids]
    former = [old for old in before if old.kind in taken_kinds]
    kept = [old for old in before if old.kind not in taken_kinds]
    return IdentityChange(at=at, former=former, current=current, kept=kept)


def _identifiers(phone: Any, user_id: Any, parent_user_id: Any) -> list[Identifier]:
    """Return what are identifiers among values of other people's making."""
    number = normal_phone(string(phone) or "")
    found = [Identifier("phone", number)] if number else []
    if (text := string(user_id)) and USER_ID.match(text):
        found.append(Identifier("user_id", text))
    if (text := string(parent_user_id)) and USER_ID.match(text):
        found.append(Identifier("parent_user_id", text))
    return found
