"""Working through a contact: every message that waits there is answered, turn by turn, then it is released.

See shared/model/turn.py for the states and what each write proves.
"""

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial

from functions.process.assistant.details import ContactDetails
from functions.process.assistant.extraction import apply_details
from functions.process.assistant.said import Said
from functions.process.runtime import Runtime
from functions.process.turn.answer import answer_turn, give_up
from functions.process.turn.answer_part import AnswerPart, send_parts
from functions.process.turn.compose import Extraction, found_by
from functions.process.turn.deliver import settle
from functions.process.turn.handover import asked_late
from functions.process.turn.lease import ContactLease, take_lease
from functions.process.turn.open_turn import needs_opening, open_turn
from functions.process.turn.typing_indicator import TypingIndicator
from shared.errors import AssistantError, LeaseLostError, StaleError, StoppingError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.turn import Change, give_back, has_work, lease_is_free, release
from shared.model.turn_state import Turn
from shared.model.usage import Usage, sum_of
from shared.queue.tasks import WakeTask

FALLBACK_ATTEMPTS = 3


def wake(runtime: Runtime, contact_id: str) -> None:
    """Work on a contact if there is work; come back when its lease ends if whoever has it may have died over it."""
    contact = runtime.store.contacts.get(contact_id)
    if contact is None:
        return
    if not has_work(contact):
        _tidy_up(runtime, contact)
        return
    lease = take_lease(runtime, contact)
    if lease:
        work(runtime, lease)
        return
    # Read again: the lease may have been renewed since, and the follow-up is named after its end.
    held = runtime.store.contacts.get(contact_id)
    if held and has_work(held):
        _follow_up(runtime, held)


def _tidy_up(runtime: Runtime, contact: Contact) -> None:
    """Release a contact whose holder died when nothing was left to be done, or the sweep would find it for ever."""
    if contact.work_since and lease_is_free(contact, runtime.now()):
        with suppress(StaleError):  # somebody is at it
            runtime.store.commit(contact, Change(release(contact)))


def work(runtime: Runtime, lease: ContactLease, newest: str | None = None) -> None:
    """Answer what waits at a held contact; `newest` is WhatsApp's id of the message that began this.

    Raises RemoteError or StoppingError when the queue should deliver again. Whatever goes wrong, the contact is
    released first: nobody waits for a lease whose holder lives and has given up.
    """
    began = time.monotonic()
    late: list[Extraction] = []
    try:
        with lease, TypingIndicator(runtime.whatsapp) as typing:
            typing.show(newest)
            while lease.contact.lease is not None:
                _work_on_turn(runtime, lease, typing, late)
                _join_late(runtime, lease.contact.id, late)
                if lease.contact.lease is not None and (runtime.stopping.has_begun or _is_overtime(runtime, began)):
                    _hand_over(runtime, lease)
    except LeaseLostError as error:
        logger.info("lease_lost", contact=lease.contact.id, reason=error.message)
    except Exception:
        _give_back(lease)
        raise
    finally:  # after the contact was given back: nobody is to wait for it
        _join_late(runtime, lease.contact.id, late)
    if lease.given_back:  # should the task that wakes another process be lost, this one comes again
        raise StoppingError("this process is about to end")


def _work_on_turn(runtime: Runtime, lease: ContactLease, typing: TypingIndicator, late: list[Extraction]) -> None:
    """Bring the open turn (a new one if none is open) as far as it goes: to its end, or to a wait.

    An extraction that is not finished when the answer is goes to `late`.
    """
    frozen = open_turn(runtime, lease) if needs_opening(lease.contact.turn) else []
    turn = lease.contact.turn
    if turn is None:
        return
    if turn.state == "sending":
        settle(runtime, AnswerPart(runtime, lease, turn))
    elif _is_exhausted(runtime, turn):
        give_up(runtime, lease, turn, turn.cause or "attempts")
    elif turn.state == "claimed":
        unfinished = answer_turn(runtime, lease, turn, frozen, typing)
        late += [unfinished] if unfinished else []
    else:
        AnswerPart(runtime, lease, turn).announce()
    send_parts(runtime, lease)
    typing.hide()


def _is_exhausted(runtime: Runtime, turn: Turn) -> bool:
    """Tell whether a turn is too old, or had all its attempts; a failed one has some more for its fallback text.

    What passes by itself, such as a rate limit or an outage of OpenAI, costs time and no attempt. While WhatsApp
    refuses the access token, not even time passes; after that it begins anew.
    """
    settings, failed = runtime.settings, turn.outcome == "failed"
    age = (runtime.now() - (turn.resumed_at or turn.started_at)).total_seconds()
    is_too_old = age > settings.turn_max_age_seconds * (2 if failed else 1) and not turn.outage
    return is_too_old or turn.attempts > settings.turn_attempts + (FALLBACK_ATTEMPTS if failed else 0)


def _is_overtime(runtime: Runtime, began: float) -> bool:
    """Tell whether half of the request's time is gone, so that another turn might not fit into the rest."""
    return time.monotonic() - began > runtime.settings.function_timeout_seconds / 2


def _hand_over(runtime: Runtime, lease: ContactLease) -> None:
    """Let a fresh task go on, so that one talkative customer does not keep this one forever."""
    runtime.queue.enqueue(WakeTask(contact_id=lease.contact.id))
    lease.write(lambda contact: Change(release(contact)))


def _give_back(lease: ContactLease) -> None:
    """Release a contact whose turn stays open, for the queue's next delivery to take up; an error is on its way."""
    try:
        lease.write(lambda contact: Change(give_back(contact, asked=lease.asked)))
    except AssistantError as error:
        logger.info("not_given_back", contact=lease.contact.id, code=error.code)


def _follow_up(runtime: Runtime, contact: Contact) -> None:
    """Come back when the lease runs out of somebody who may be dead; the name makes it one task."""
    lease = contact.lease
    if lease is None:
        runtime.queue.enqueue(WakeTask(contact_id=contact.id))
        return
    delay = max(0.0, (lease.until - runtime.now()).total_seconds()) + 0.5
    # To the millisecond: a renewal within the same second would find the name used up, and nobody came back.
    name = f"wake-{contact.id}-{lease.epoch}-{int(lease.until.timestamp() * 1000)}"
    runtime.queue.enqueue(WakeTask(contact_id=contact.id), delay=delay, name=name)


def _join_late(runtime: Runtime, contact_id: str, late: list[Extraction]) -> None:
    """Store what extractions found that were slower than the answer (no read when they found nothing)."""
    while late:
        extraction = late.pop()
        details, usage = found_by(extraction)
        if details is None or not details.says_something:
            continue
        spent = runtime.budget.priced(usage)
        effect = partial(_with_late, runtime=runtime, details=details, said=extraction.said, spent=spent)
        try:
            runtime.store.change_contact(contact_id, effect, sleep=runtime.sleep)
        except AssistantError as error:  # the customer will say it again; what is under way matters more
            logger.warning("late_extraction", contact=contact_id, code=error.code)


def _with_late(contact: Contact, runtime: Runtime, details: ContactDetails, said: Said, spent: Usage) -> Contact:
    """Return the contact with late details; unchanged when they are nothing new, which is not worth a write."""
    now = runtime.now()
    after = apply_details(contact, details, said, now)
    if details.wants_human:
        after = asked_late(contact, after, runtime.business().handover, now)
    elif replace(after, unheard=contact.unheard) == contact:
        return contact
    return contact if after == contact else replace(after, usage=sum_of(after.usage, spent))
