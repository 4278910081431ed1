"""The turn: what may become of a contact's messages. Pure functions, from one contact to the next.

    message 1 ─┐  message 2 ─┐                          message 3 ─┐
               ▼             ▼                                     ▼
    contact ─ arrive+take ─ arrive ── quiet ── freeze ─ reply ─ sending ─ sent ── freeze ─ … ─ release
              │ lease, pending=[1]   pending=[1,2]  │      │       │        │
              │                                     │      │       │        └ turn closed, outcome on 1 and 2
              │                                     │      │       └ outbound document created, then the POST
              │                                     │      └ answer stored: it is never asked for again
              │                                     └ messages 1 and 2 are the turn's, for good
              └ nobody else works on this contact until the lease is released or runs out

Each arrow is one conditional write of the contact's document, with the messages it concerns in the same
batch. It takes effect only if the document is as we read it, so a late process, a takeover by staff and a new
message are all noticed by the very write that would contradict them.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from shared.errors import LeaseLostError
from shared.model.attention import AttentionReason
from shared.model.contact import Contact, LastMessage, flagged, paused_for
from shared.model.ids import part_id, turn_id
from shared.model.message import Message, MessageUpdate, Problem
from shared.model.note import Note
from shared.model.turn_state import Lease, Outcome, Turn
from shared.model.usage import Usage, sum_of, total

MAX_TURN_MESSAGES = 40
MAX_CONTEXT_MESSAGES = 40  # of what happened without the assistant, the newest
MAX_PENDING_MESSAGES = 1_000  # in one contact's document; five days of the usual limit while nothing is answered
MAX_PREVIEW_CHARACTERS = 120
MAX_LAST_REPLY_CHARACTERS = 600

Effect = Callable[[Contact], Contact]


@dataclass(frozen=True)
class Change:
    """What one batch writes: the contact as it will be, messages to create, fields of messages to set.

    `notes` are to be created, `without_notes` are the ids of those to be deleted.
    """

    contact: Contact
    creates: tuple[Message, ...] = ()
    updates: dict[str, MessageUpdate] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    without_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An answer ready to be sent, the buttons below it, and its effect on the contact.

    Once it is sent, the assistant pauses for `pause_minutes`, 0 for as long as staff like; None is for no pause.
    `told` says that it is in the conversation at OpenAI, together with what it answers; `response_id` is OpenAI's
    name of it, by which erasing the customer finds it.
    """

    parts: Sequence[str]
    choices: Sequence[str] = ()
    outcome: Outcome = "answered"
    cause: str | None = None
    usage: Usage = field(default_factory=Usage)
    told: bool = False
    response_id: str | None = None
    effect: Effect = lambda contact: contact
    pause_minutes: int | None = None


def lease_is_free(contact: Contact, now: dt.datetime) -> bool:
    """Tell whether nobody works on the contact."""
    return contact.lease is None or contact.lease.until <= now


def has_work(contact: Contact) -> bool:
    """Tell whether a message waits or a turn is open."""
    return bool(contact.pending or contact.turn)


def is_silenced(contact: Contact, turn: Turn) -> bool:
    """Tell whether the assistant must not send this turn's answer, which may be meant for somebody else by now."""
    if contact.is_meant_for_former_account(turn.started_at):
        return True
    return contact.blocked or (contact.muted and not turn.despite_mute)


def take(
    contact: Contact, owner: str, now: dt.datetime, until: dt.datetime, *, task: str = "", attempt: int = 0
) -> Contact:
    """Give the lease to an owner, taken by an attempt at a task; whoever had it before and died is counted."""
    epoch = contact.epoch + 1
    turn, died = contact.turn, contact.lease is not None
    if turn and turn.check_at is None:
        turn = replace(turn, taken=turn.taken + 1, attempts=turn.attempts + died)
    lease = Lease(owner=owner, epoch=epoch, until=until, task=task, attempt=attempt)
    return replace(contact, epoch=epoch, lease=lease, turn=turn, work_since=contact.work_since or now)


def useless_answer(contact: Contact) -> Contact:
    """Count an attempt at the turn that brought an answer that is none."""
    turn = _turn(contact)
    return replace(contact, turn=replace(turn, attempts=turn.attempts + 1, useless=turn.useless + 1))


def with_usage(contact: Contact, usage: Usage) -> Contact:
    """Count tokens on the contact, and on its turn if one is open: they are part of what its answer took."""
    turn = contact.turn and replace(contact.turn, usage=total(contact.turn.usage, usage))
    return replace(contact, turn=turn, usage=sum_of(contact.usage, usage)) if usage.tokens else contact


def renew(contact: Contact, until: dt.datetime) -> Contact:
    """Move the end of a held lease; a released contact stays as it is."""
    return replace(contact, lease=replace(contact.lease, until=until)) if contact.lease else contact


def release(contact: Contact) -> Contact:
    """Give the lease back; `work_since` stays while there is work, for the sweep to find."""
    return replace(contact, lease=None, work_since=contact.work_since if has_work(contact) else None)


def give_back(contact: Contact, *, asked: bool) -> Contact:
    """Release a contact with its turn open, and note when OpenAI surely was not asked for its answer."""
    turn = contact.turn
    if turn and turn.state == "claimed" and not asked:
        turn = replace(turn, unasked=True)
    return release(replace(contact, turn=turn))


def arrive(contact: Contact, message: Message, now: dt.datetime, *, wants_answer: bool) -> Contact:
    """Note a new inbound message on its contact, and queue it there if the assistant is to answer it."""
    shown = preview(message)
    after = replace(
        contact,
        last_message=shown,
        last_inbound=shown,
        last_activity_at=max(message.at, contact.last_activity_at or message.at),
        unread=contact.unread + 1,
    )
    if wants_answer:
        previous_at = contact.previous_at if contact.pending else contact.last_activity_at
        after = replace(after, pending=[*contact.pending, message.id], previous_at=previous_at)
        return replace(after, last_arrival_at=now, work_since=contact.work_since or now)
    return tell_later(after, message.id) if message.status == "left_to_staff" else after


def tell_later(contact: Contact, message_id: str) -> Contact:
    """Have the model told of a message with the next turn; one that it is to be told of already stays one."""
    context = contact.context if message_id in contact.context else [*contact.context, message_id]
    return replace(contact, context=context[-MAX_CONTEXT_MESSAGES:])


def freeze(
    contact: Contact,
    message_ids: list[str],
    now: dt.datetime,
    *,
    lost: Collection[str] = (),
    despite_mute: bool = False,
) -> Contact:
    """Open a turn that answers exactly these pending messages, whatever arrives later.

    `lost` are pending messages whose documents are gone; without them nothing remains to be answered.
    `despite_mute` is for the confirmation that a customer gets who wants no messages.
    """
    gone = {*message_ids, *lost}
    rest = [pending for pending in contact.pending if pending not in gone]
    if not message_ids:
        return replace(contact, pending=rest)
    turn = Turn(
        id=turn_id(contact.id, message_ids),
        message_ids=message_ids,
        context_ids=contact.context[-MAX_CONTEXT_MESSAGES:],
        started_at=now,
        despite_mute=despite_mute,
        previous_at=contact.previous_at,
        arrived_at=contact.last_arrival_at,
    )
    return replace(contact, turn=turn, pending=rest, context=[])


def waiting(contact: Contact) -> list[str]:
    """Return the messages that the next freeze may choose from: those of a turn that was not asked too."""
    return [*(contact.turn.message_ids if contact.turn else []), *contact.pending]


def freeze_anew(
    contact: Contact,
    message_ids: list[str],
    now: dt.datetime,
    *,
    lost: Collection[str] = (),
    despite_mute: bool = False,
) -> Contact:
    """Freeze again a turn that was not asked, with what has arrived since; its age and its attempts stay."""
    turn = _turn(contact)
    thawed = replace(contact, turn=None, pending=waiting(contact), context=[*turn.context_ids, *contact.context])
    after = freeze(thawed, message_ids, now, lost=lost, despite_mute=despite_mute)
    if after.turn is None:
        return after
    kept = ("started_at", "taken", "attempts", "useless", "revision", "usage")
    counts = {name: getattr(turn, name) for name in kept}
    return replace(after, turn=replace(after.turn, **counts))


def reply(contact: Contact, answer: Reply) -> Contact:
    """Store the answer on the turn; from here on it is never asked for again."""
    turn = replace(
        _turn(contact),
        state="replied",
        parts=list(answer.parts),
        choices=list(answer.choices),
        part=0,
        tries=0,
        unsent=0,
        outcome=answer.outcome,
        cause=answer.cause,
        usage=total(_turn(contact).usage, answer.usage),
        pause_minutes=answer.pause_minutes,
        told=answer.told,
        response_id=answer.response_id,
    )
    after = answer.effect(contact)
    return replace(after, turn=turn, usage=sum_of(after.usage, answer.usage))


def fail(contact: Contact, fallback: str, cause: str) -> Contact:
    """Give up on the turn's answer: what was not sent is replaced by one fallback text."""
    turn = _turn(contact)
    kept = turn.parts[: turn.part + 1] if turn.tries else turn.parts[: turn.part]
    failed = replace(
        turn,
        state="replied",
        parts=[*kept, fallback],
        choices=[],
        part=len(kept),
        tries=0,
        unsent=0,
        check_at=None,
        outcome="failed",
        cause=cause,
    )
    return replace(contact, turn=failed)


def sending(contact: Contact, now: dt.datetime) -> Change:
    """Announce the POST of the current part; if staff took over meanwhile, leave the turn to them."""
    turn = _turn(contact)
    if is_silenced(contact, turn):
        return close(contact, "left_to_staff", now)
    resumed_at = now if turn.outage else turn.resumed_at
    begun = replace(turn, state="sending", tries=turn.tries + 1, check_at=None, announced_at=now)
    begun = replace(begun, outage=False, resumed_at=resumed_at)
    message_id = part_id(turn.id, turn.part)
    after = replace(contact, turn=begun)
    if turn.tries:
        return Change(after, updates={message_id: {"status": "sending", "tries": begun.tries, "awaited": 1}})
    return Change(after, creates=(_part_message(contact, turn, message_id, now),))


def announced_anew(contact: Contact, now: dt.datetime) -> Contact:
    """Note that the announced POST begins only now: whoever comes after waits for it from here on."""
    return replace(contact, turn=replace(_turn(contact), announced_at=now))


def sent(contact: Contact, whatsapp_id: str | None, now: dt.datetime) -> Change:
    """Record that WhatsApp took the current part; after the last part the turn is closed."""
    turn = _turn(contact)
    message_id = part_id(turn.id, turn.part)
    text = turn.parts[turn.part]
    after = replace(
        contact,
        last_message=LastMessage(text=_shorten(text), kind="text", direction="out", author="assistant", at=now),
        last_activity_at=now,
        last_reply=text[-MAX_LAST_REPLY_CHARACTERS:],
        turn=replace(turn, state="replied", part=turn.part + 1, tries=0, unsent=0, check_at=None),
    )
    accepted = {message_id: accepted_as(whatsapp_id)}
    if turn.part + 1 < len(turn.parts):
        return Change(after, updates=accepted)
    closed = close(after, turn.outcome, now)
    return Change(closed.contact, updates={**accepted, **closed.updates})


def accepted_as(whatsapp_id: str | None) -> MessageUpdate:
    """Return what is known of a message that WhatsApp took; without its id, which a status may have told."""
    accepted: MessageUpdate = {"status": "accepted", "awaited": 0}
    return {**accepted, "whatsapp_id": whatsapp_id} if whatsapp_id else accepted


def sent_then_sending(contact: Contact, whatsapp_id: str | None, now: dt.datetime) -> Change:
    """Record a part and announce the next one in one batch."""
    done = sent(contact, whatsapp_id, now)
    if done.contact.turn is None:
        return done
    following = sending(done.contact, now)
    return Change(following.contact, following.creates, {**done.updates, **following.updates})


def not_sent(contact: Contact, *, outage: bool = False) -> Change:
    """Note that the current part surely did not leave and may be sent again, in an outage when that ends."""
    turn = _turn(contact)
    unsent = turn.unsent + (turn.state == "sending")
    after = replace(contact, turn=replace(turn, state="replied", unsent=unsent, outage=outage))
    return Change(after, updates={part_id(turn.id, turn.part): {"status": "queued", "awaited": 0}})


def uncertain(contact: Contact, check_at: dt.datetime) -> Change:
    """Note that the current part may have left: its delivery status is awaited until `check_at`."""
    turn = _turn(contact)
    after = replace(contact, turn=replace(turn, check_at=check_at))
    return Change(after, updates={part_id(turn.id, turn.part): {"status": "unknown"}})


def rejected(contact: Contact, problem: Problem, now: dt.datetime) -> Change:
    """Record that WhatsApp refuses the current part for good, and close the turn as failed."""
    turn = _turn(contact)
    closed = close(contact, "failed", now, reason="send_failed")
    failed: MessageUpdate = {"status": "failed", "error": problem}
    return Change(closed.contact, updates={part_id(turn.id, turn.part): failed, **closed.updates})


def close(
    contact: Contact,
    outcome: Outcome,
    now: dt.datetime,
    *,
    reason: AttentionReason | None = None,
    summary: str = "",
) -> Change:
    """Close the turn and give each of its messages their outcome; an answer that hands over begins the pause.

    What the assistant did not answer stays as context with what was sent to it, such as the fallback text, so that
    its next answer knows both. The conversation at OpenAI, which may tell another story, is replaced.
    """
    turn = _turn(contact)
    after = replace(contact, turn=None)
    if outcome != "answered":
        told = [*turn.context_ids, *turn.message_ids, *(part_id(turn.id, part) for part in range(turn.part))]
        after = replace(after, context=[*told, *contact.context][-MAX_CONTEXT_MESSAGES:])
        if after.conversation and (turn.told or outcome == "failed"):
            after = replace(after, conversation=replace(after.conversation, outdated=True))
    elif turn.pause_minutes is not None:
        after = paused_for(after, turn.pause_minutes, now)
    if outcome == "failed":
        reason = reason or "turn_failed"
    if reason:
        after = flagged(after, reason, now, summary)
    ended: MessageUpdate = {"status": outcome, "turn_id": turn.id}
    return Change(after, updates=dict.fromkeys(turn.message_ids, ended))


def part_choices(turn: Turn) -> list[str]:
    """Return the buttons below the current part; only the last one has any."""
    return turn.choices if turn.part + 1 == len(turn.parts) else []


def preview(message: Message) -> LastMessage:
    """Return what the conversation list shows of a message."""
    return LastMessage(
        text=_shorten(message.text),
        kind=message.kind,
        direction=message.direction,
        author=message.author,
        at=message.at,
    )


def _turn(contact: Contact) -> Turn:
    if contact.turn is None:
        raise LeaseLostError("the turn was closed by another process")
    return contact.turn


def _part_message(contact: Contact, turn: Turn, message_id: str, now: dt.datetime) -> Message:
    choices = part_choices(turn)
    return Message(
        id=message_id,
        contact_id=contact.id,
        direction="out",
        author="system" if turn.outcome == "failed" else "assistant",
        kind="interactive" if choices else "text",
        text=turn.parts[turn.part],
        choices=choices,
        status="sending",
        turn_id=turn.id,
        part=turn.part,
        tries=1,
        awaited=1,
        usage=turn.usage if turn.part == 0 and turn.usage != Usage() else None,
        response_id=turn.response_id if turn.part == 0 else None,
        at=now,
    )


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_PREVIEW_CHARACTERS else text[: MAX_PREVIEW_CHARACTERS - 1] + "…"
