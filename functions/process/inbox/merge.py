"""Merging: two contacts that turned out to be one person become one, and no message is lost on the way.

    1. one batch   the winner takes over all that the loser is; the loser becomes a trace that only leads to the
                   winner; the loser's identifiers lead to the winner
    2. pages       the loser's messages, notes and past conversations are given to the winner
    3. one write   the trace's `work_since` is cleared: until then the sweep finds a merge that was cut off

The batch proves that neither contact changed since it was read, so what arrives at the loser meanwhile either is
taken along or fails, reads again and is led to the winner. Every step may be repeated.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from functions.process.inbox.accounts import account_ids, united
from functions.process.runtime import Runtime
from shared.errors import StaleError, StoreBusyError
from shared.log import logger
from shared.model.attention import Attention
from shared.model.contact import Contact, Conversation, Rate, newest_notes
from shared.model.identifiers import Identifier, Identity, Links, identifiers_of, known_by
from shared.model.profile import succeeding
from shared.model.profile_field import ProfileField
from shared.model.turn import MAX_CONTEXT_MESSAGES, Change, has_work, lease_is_free
from shared.model.usage import sum_of
from shared.queue.tasks import MergeTask, WakeTask

MESSAGES_AT_A_TIME = 400  # a batch may have 500 writes
LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
ItemT = TypeVar("ItemT")


def merge(runtime: Runtime, task: MergeTask) -> None:
    """Merge two contacts, or finish a merge that was cut off.

    Raises StoreBusyError, for the queue to deliver again, while one of them is being worked on.
    """
    _finish(runtime, task.loser)
    contacts = [runtime.store.contacts.get(task.winner), runtime.store.contacts.get(task.loser)]
    known = {contact.id: contact for contact in contacts if contact}
    if len(known) < 2:
        return
    winner, loser = sorted(known.values(), key=lambda contact: (contact.created_at, contact.id))
    _absorb(runtime, winner, loser)
    _finish(runtime, loser.id)


def merged(winner: Contact, loser: Contact, in_use: Sequence[Identifier], now: dt.datetime) -> Contact:
    """Return the winner with all that both contacts are, known by `in_use`; nobody may be at work on either."""
    newer, older = sorted((winner, loser), key=lambda one: one.last_activity_at or LONG_AGO, reverse=True)
    pending = _union(older.pending, newer.pending)
    both = replace(
        known_by(winner, in_use),
        former_accounts=sorted(
            [*winner.former_accounts, *loser.former_accounts], key=lambda account: account.until
        ),
        username=newer.username or older.username,
        whatsapp_name=newer.whatsapp_name or older.whatsapp_name,
        language=_chosen(newer, older).language or older.language,
        language_by_staff=winner.language_by_staff or loser.language_by_staff,
        profile=_profile(winner, loser),
        asked={
            name: max(each.asked.get(name, 0) for each in (winner, loser))
            for name in {**winner.asked, **loser.asked}
        },
        declined={**loser.declined, **winner.declined},
        is_business=winner.is_business or loser.is_business,
        unheard=_union(older.unheard, newer.unheard),
        notes="\n\n".join(_union(filter(None, (winner.notes, loser.notes)))),
        notes_for_assistant=_notes_for_assistant(winner, loser),
        noted_at=_latest(winner.noted_at, loser.noted_at),
        assistant_notes=newest_notes([*winner.assistant_notes, *loser.assistant_notes]),
        assignee=newer.assignee or older.assignee,
        labels=_union(winner.labels, loser.labels),
        snoozed_until=_earliest(winner.snoozed_until, loser.snoozed_until),
        snoozed_summary=newer.snoozed_summary or older.snoozed_summary,
        marked_unread=winner.marked_unread or loser.marked_unread,
        last_message=newer.last_message or older.last_message,
        last_inbound=newer.last_inbound or older.last_inbound,
        last_activity_at=newer.last_activity_at,
        last_reply=newer.last_reply or older.last_reply,
        unread=winner.unread + loser.unread,
        window_closes_at=_latest(winner.window_closes_at, loser.window_closes_at),
        paused=winner.paused or loser.paused,
        paused_until=_paused_until(winner, loser),
        blocked=winner.blocked or loser.blocked,
        opted_out=winner.opted_out or loser.opted_out,
        consent_at=_latest(winner.consent_at, loser.consent_at),
        rate=_rate(winner.rate, loser.rate),
        attention=_attention(winner.attention, loser.attention),
        budget_told_on=max(winner.budget_told_on, loser.budget_told_on),
        conversation=_conversation(winner, loser),
        introduced_at=_latest(winner.introduced_at, loser.introduced_at),
        conversation_ids=_union(loser.conversation_ids, winner.conversation_ids),
        usage=sum_of(winner.usage, loser.usage),
        pending=pending,
        context=_union(older.context, newer.context)[-MAX_CONTEXT_MESSAGES:],
        last_arrival_at=_latest(winner.last_arrival_at, loser.last_arrival_at),
        previous_at=_latest(winner.previous_at, loser.previous_at),
        epoch=max(winner.epoch, loser.epoch),
        lease=None,
        work_since=_work_since(winner, loser, now) if pending else None,
    )
    return united(both, [*account_ids(winner), *account_ids(loser)])


def trace(loser: Contact, winner: Contact, now: dt.datetime) -> Contact:
    """Return what remains of a merged contact: nothing but the way to the winner."""
    return Contact(
        id=loser.id,
        merged_into=winner.id,
        created_at=loser.created_at,
        work_since=now,
        update_time=loser.update_time,
    )


def _absorb(runtime: Runtime, winner: Contact, loser: Contact) -> None:
    """Write both contacts and the loser's identifiers in one batch."""
    for contact in (winner, loser):
        if not lease_is_free(contact, runtime.now()) or contact.turn:
            raise StoreBusyError("one of the contacts that are to be merged is being worked on")
    identities = runtime.store.identities.of_contact(loser.id)
    known = runtime.store.identities.get_all(each.id for each in [*identifiers_of(winner), *identifiers_of(loser)])
    in_use = _in_use(winner, loser, known)
    after = merged(winner, loser, in_use, runtime.now())
    moved = tuple(replace(identity, contact_id=winner.id) for identity in identities)
    try:
        links = Links(moved, ((loser, trace(loser, winner, runtime.now())),))
        runtime.store.commit(winner, Change(after), links)
    except StaleError as error:
        raise StoreBusyError("one of the contacts that are to be merged has changed") from error
    logger.info("merged", contact=winner.id, loser=loser.id)


def _finish(runtime: Runtime, contact_id: str) -> None:
    """Give what belongs to a trace to the contact it leads to, and see that what waits there is answered.

    That contact may itself be merged meanwhile, so the way to it is walked again until it stays the same.
    """
    traces, contact = _way(runtime, contact_id)
    if not traces or traces[0].work_since is None:
        return
    while contact is not None:
        for one in traces:
            _move_messages(runtime, one.id, contact.id)
            _move_notes(runtime, one.id, contact.id)
            runtime.store.past_conversations.move(one.id, contact.id)
        following, contact = _way(runtime, contact.id)
        traces += following
        if not following:
            break
    runtime.store.contacts.finish_merge(contact_id)
    if contact and has_work(contact):
        runtime.queue.enqueue(WakeTask(contact_id=contact.id))


def _way(runtime: Runtime, contact_id: str) -> tuple[list[Contact], Contact | None]:
    """Follow the traces of merged contacts; returns them, and the contact to which they lead."""
    traces: list[Contact] = []
    contact = runtime.store.contacts.get_unmerged(contact_id)
    while contact is not None and contact.merged_into is not None:
        traces.append(contact)
        contact = runtime.store.contacts.get_unmerged(contact.merged_into)
    return traces, contact


def _move_messages(runtime: Runtime, loser_id: str, winner_id: str) -> None:
    count = moved = MESSAGES_AT_A_TIME
    while count == MESSAGES_AT_A_TIME:
        try:
            count = runtime.store.messages.move(loser_id, winner_id, MESSAGES_AT_A_TIME)
        except StaleError as error:
            raise StoreBusyError("a message that is to be moved has changed") from error
        moved += count
    logger.info("messages_moved", contact=winner_id, loser=loser_id, count=moved - MESSAGES_AT_A_TIME)


def _move_notes(runtime: Runtime, loser_id: str, winner_id: str) -> None:
    while True:
        try:
            if runtime.store.notes.move(loser_id, winner_id, MESSAGES_AT_A_TIME) < MESSAGES_AT_A_TIME:
                return
        except StaleError as error:
            raise StoreBusyError("a note that is to be moved has changed") from error


def _in_use(winner: Contact, loser: Contact, identities: dict[str, Identity]) -> list[Identifier]:
    """Order the identifiers of both, so that the last of each kind is the one that was taken last.

    A change takes the new one at the moment at which the old one is given up.
    """

    def since(identifier: Identifier) -> dt.datetime:
        identity = identities.get(identifier.id)
        return (identity.since if identity else None) or LONG_AGO

    return sorted([*identifiers_of(winner), *identifiers_of(loser)], key=since)


def _profile(winner: Contact, loser: Contact) -> dict[str, ProfileField]:
    """Merge what is known: what staff typed in wins, then what is newer; the other value is a former one."""
    profile = dict(winner.profile)
    for name, entry in loser.profile.items():
        other = profile.get(name)
        first, second = (entry, other) if other is None or _weight(entry) > _weight(other) else (other, entry)
        profile[name] = succeeding(first, second) if second else first
    return profile


def _weight(entry: ProfileField) -> tuple[bool, dt.datetime]:
    return entry.source == "staff" and bool(entry.value), entry.updated_at


def _conversation(winner: Contact, loser: Contact) -> Conversation | None:
    """Keep a conversation only to be replaced by one that begins with the messages and the summaries of both."""
    both = [each for each in (winner.conversation, loser.conversation) if each]
    if not both:
        return None
    ends = [each.summary_until for each in both]
    return replace(
        both[0],
        outdated=True,
        summary="\n".join(_union(filter(None, (each.summary for each in both)))),
        summary_until=None if None in ends else min(filter(None, ends)),
    )


def _rate(one: Rate | None, other: Rate | None) -> Rate | None:
    """Keep the counters of the newer day, the larger of one day: merging must not let more through."""
    return max(filter(None, (one, other)), key=lambda rate: (rate.day, rate.in_day), default=None)


def _chosen(newer: Contact, older: Contact) -> Contact:
    """Return the one whose language counts: the newer, unless staff chose that of the older alone."""
    return older if older.language_by_staff and not newer.language_by_staff else newer


def _notes_for_assistant(winner: Contact, loser: Contact) -> bool:
    """Let the assistant read the notes of both only if it may read each of them."""
    marks = [contact.notes_for_assistant for contact in (winner, loser) if contact.notes]
    return bool(marks) and all(marks)


def _paused_until(winner: Contact, loser: Contact) -> dt.datetime | None:
    """Return when the longer pause of the two is over; None when one has no end."""
    ends = [contact.paused_until for contact in (winner, loser) if contact.paused]
    return None if None in ends else _latest(*ends)


def _attention(one: Attention | None, other: Attention | None) -> Attention | None:
    return max(filter(None, (one, other)), key=lambda attention: attention.at, default=None)


def _work_since(winner: Contact, loser: Contact, now: dt.datetime) -> dt.datetime:
    return min(filter(None, (winner.work_since, loser.work_since)), default=now)


def _latest(*moments: dt.datetime | None) -> dt.datetime | None:
    return max(filter(None, moments), default=None)


def _earliest(*moments: dt.datetime | None) -> dt.datetime | None:
    return min(filter(None, moments), default=None)


def _union(*lists: Iterable[ItemT]) -> list[ItemT]:
    """Return the items of all lists, each once, in order."""
    return list(dict.fromkeys(item for items in lists for item in items))
