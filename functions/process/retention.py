"""Retention: what was kept for the business's periods goes (shared/model/retention.py), a piece with each sweep.

Every piece may be repeated and cut off anywhere: what is gone is not found again, and a walk begins where the last
one that was finished ended. When nothing is left, it is looked again after six hours.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from functions.process.runtime import Runtime
from shared.errors import ContactGoneError, GoneError, StoreBusyError
from shared.log import logger
from shared.model.message import Message
from shared.model.retention import Bounds, Part, bounds_of, forgotten
from shared.queue.tasks import EraseTask
from shared.store.pages import Position
from shared.store.retention import PAGE, WALKS, RetentionState

FIRST_LOOK = dt.timedelta(days=7)  # from an installation or update: time to set other periods
LOOK_EVERY = dt.timedelta(hours=6)
SECONDS = 20.0  # of a sweep
CONTACTS_AT_A_TIME = 20
# WhatsApp may tell for seven days of what was deleted: it is then found before where the walk has got to.
TOLD_WITHIN = dt.timedelta(days=8)


def expire(runtime: Runtime) -> None:
    """Take away what has had its time, as far as one sweep goes.

    Costs 1 read when it is not yet time to look; then 9 reads and 1 write, what `Retained` says of each piece, and
    for each customer concerned 1 read and at most 1 write. A customer whose time is up is erased, in tasks.
    """
    state, now = runtime.store.retained.state(), runtime.now()
    if state.look_next is None:
        runtime.store.retained.set_state(replace(state, look_next=now + FIRST_LOOK))
        return
    if now < state.look_next:
        return
    bounds = bounds_of(runtime.business().privacy.retention, now)
    give_up = time.monotonic() + SECONDS
    gone, walked, is_left = Counter[str](), dict(state.walked), False
    for is_more in _pieces(runtime, bounds, walked, gone):
        is_left = is_left or is_more or time.monotonic() > give_up
        if time.monotonic() > give_up:
            break
    look_next = now if is_left else now + LOOK_EVERY
    runtime.store.retained.set_state(RetentionState(look_next, walked))
    if gone.total():
        logger.info("retention", **gone)


def _pieces(runtime: Runtime, bounds: Bounds, walked: dict[Part, Position], gone: Counter[str]) -> Iterator[bool]:
    """Take away a piece of each kind, count it, and tell each time whether more of it may be left."""
    retained = runtime.store.retained
    messages = retained.old_messages(bounds)
    _forget(runtime, bounds, messages)
    try:
        retained.delete(messages)
        gone["messages"] += len(messages)
        yield len(messages) == PAGE
    except GoneError:  # with the next sweep
        yield True
    for part in WALKS:
        yield _walk(runtime, part, bounds, walked, gone)
    acts = retained.old_acts(bounds)
    gone["activity"] += acts
    yield acts == PAGE
    contacts = retained.silent_contacts(bounds, CONTACTS_AT_A_TIME)
    for contact_id in contacts:
        erasure = runtime.store.erasures.request(contact_id, runtime.now(), bounds.contacts)
        runtime.queue.enqueue(EraseTask(erasure_id=erasure.id))
    gone["contacts"] += len(contacts)
    yield len(contacts) == CONTACTS_AT_A_TIME


def _walk(runtime: Runtime, part: Part, bounds: Bounds, walked: dict[Part, Position], gone: Counter[str]) -> bool:
    """Take a part from the next messages whose time is up; tell whether more may be left."""
    messages, reached = runtime.store.retained.walk(part, bounds, walked.get(part))
    if part in ("former_texts", "deleted"):
        _forget(runtime, bounds, messages)
    try:
        stripped = runtime.store.retained.strip(messages, bounds)
    except GoneError:  # one was changed or erased meanwhile: then from the same place with the next sweep
        return True
    gone.update(each for _, parts in stripped for each in parts)
    is_more = len(messages) == PAGE
    if reached and messages:
        is_late = part == "deleted" and not is_more
        walked[part] = (reached[0] - TOLD_WITHIN, reached[1]) if is_late else reached
    return is_more


def _forget(runtime: Runtime, bounds: Bounds, messages: Iterable[Message]) -> None:
    """Take from contacts what they repeat of messages that go."""
    ids: dict[str, set[str]] = {}
    for message in messages:
        ids.setdefault(message.contact_id, set()).add(message.id)
    for contact_id, gone in ids.items():
        try:
            effect = partial(forgotten, bounds=bounds, gone=gone)
            runtime.store.change_contact(contact_id, effect, sleep=runtime.sleep)
        except (ContactGoneError, StoreBusyError):
            logger.info("not_forgotten", contact=contact_id)
