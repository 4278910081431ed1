"""What staff do to a contact: pause, block, reset, read, sort. Each is one optimistic change."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

from functions.dashboard_api import news
from functions.dashboard_api.bodies import ConversationBody, PauseBody, ReadBody
from functions.dashboard_api.desk import Desk, possible_contact_id
from functions.dashboard_api.members import StaffList
from shared.errors import ContactGoneError, InvalidError, NotFoundError
from shared.model.contact import Contact, paused_for, without_conversation
from shared.model.snooze import snoozed
from shared.model.turn import Effect
from shared.store.selections import assigned_to

CHANGED_AT_ONCE = 8
MAX_UNASSIGNED = 200  # that are read at a time
MAX_SNOOZE = dt.timedelta(days=366)
ACTIONS: dict[str, Effect] = {
    "resume": lambda contact: replace(contact, paused=False, paused_until=None, attention=None),
    "block": lambda contact: replace(contact, blocked=True),
    "unblock": lambda contact: replace(contact, blocked=False),
    "reset": without_conversation,
    "unread": lambda contact: replace(contact, marked_unread=True),
}


def change_contact(desk: Desk, contact_id: str, effect: Effect) -> Contact:
    """Change a contact, keeping what anybody else changes meanwhile (1 read, 1 write if it changes).

    Raises NotFoundError, ContactGoneError and StoreBusyError.
    """

    def stamped(contact: Contact) -> Contact:
        after = effect(contact)
        return contact if after == contact else replace(after, updated_at=desk.now())

    return desk.store.change_contact(possible_contact_id(contact_id), stamped)


def pause(desk: Desk, contact_id: str, body: PauseBody) -> Contact:
    """Leave a conversation to staff, for so many minutes or until they resume it."""
    effect = partial(paused_for, minutes=body.minutes, now=desk.now())
    return change_contact(desk, contact_id, lambda contact: replace(effect(contact), attention=None))


def mark_read(desk: Desk, contact_id: str, body: ReadBody) -> Contact:
    """Note that staff read a conversation, and took the attention mark off; what they had not seen stays."""

    def effect(contact: Contact) -> Contact:
        after = news.read(contact, body.seen)
        return news.dismissed(after, body.seen) if body.dismiss else after

    return change_contact(desk, contact_id, effect)


def edit_conversation(desk: Desk, staff: StaffList, contact_id: str, body: ConversationBody) -> Contact:
    """Change what a body names of a conversation (1 read, 1 write if it changes; at most 1 read for the assignee).

    Raises InvalidError for somebody who is not of the staff, a label that neither the business nor the conversation
    has, and a time that is over or too far away.
    """
    _check(desk, staff, body)

    def edited(contact: Contact) -> Contact:
        if "assignee" in body.model_fields_set:
            contact = replace(contact, assignee=_address(body))
        if "labels" in body.model_fields_set:
            contact = replace(contact, labels=_labels(desk, contact, body.labels))
        if "snoozed_until" in body.model_fields_set:
            contact = snoozed(contact, body.snoozed_until)
        if "language" in body.model_fields_set:
            contact = replace(contact, language=body.language, language_by_staff=body.language is not None)
        return contact

    return change_contact(desk, contact_id, edited)


def unassign(desk: Desk, email: str) -> None:
    """Leave the conversations of somebody to nobody (1 read, and 2 reads and 1 write for each)."""
    after, theirs = None, assigned_to(email)
    with ThreadPoolExecutor(CHANGED_AT_ONCE) as pool:
        while True:
            page = desk.store.contacts.page(theirs, "", after, MAX_UNASSIGNED)
            list(pool.map(lambda contact: _unassign(desk, contact.id, email), page.rows))
            after = page.following
            if after is None:
                return


def _unassign(desk: Desk, contact_id: str, email: str) -> None:
    def left(contact: Contact) -> Contact:
        return replace(contact, assignee=None) if contact.assignee == email else contact

    with suppress(NotFoundError, ContactGoneError):
        change_contact(desk, contact_id, left)


def _check(desk: Desk, staff: StaffList, body: ConversationBody) -> None:
    address = _address(body)
    if address and not staff.has(address):
        raise _wrong("assignee", "is not on the list of staff")
    until, now = body.snoozed_until, desk.now()
    if until and not now < until <= now + MAX_SNOOZE:
        raise _wrong("snoozed_until", f"must be a time within the next {MAX_SNOOZE.days} days")


def _address(body: ConversationBody) -> str | None:
    return body.assignee.lower() if body.assignee else None


def _labels(desk: Desk, contact: Contact, labels: list[str]) -> list[str]:
    known = {*contact.labels, *(label.name for label in desk.business().inbox.labels)}
    if unknown := [label for label in labels if label not in known]:
        raise _wrong("labels", f"has some that the business does not have: {', '.join(unknown)}")
    return list(dict.fromkeys(labels))


def _wrong(field: str, sentence: str) -> InvalidError:
    return InvalidError("Some fields are not valid", {field: sentence})
