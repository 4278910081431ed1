"""The sweep: finds work that nobody is doing, and expires what the TTL policy would."""

import datetime as dt
from collections.abc import Callable

from functions.process.access_token import check_token
from functions.process.openai_account import check_openai
from functions.process.retention import expire
from functions.process.runtime import Runtime
from shared.errors import ContactGoneError, GoneError, StaleError, StoreBusyError
from shared.log import logger
from shared.model.contact import Contact, awake
from shared.model.message_words import MESSAGE_WORDS_VERSION
from shared.model.search import SEARCH_VERSION
from shared.model.snooze import reminded
from shared.queue.tasks import EraseTask, ExportTask, MergeTask, SendTask, WakeTask
from shared.store.contacts import Deadline
from shared.store.facts import WordsState

LYING = dt.timedelta(minutes=2)
AT_A_TIME = 200
MESSAGES_AT_A_TIME = 400  # a batch may have 500 writes
MAX_CONTACTS = 2000  # of whom most may be stuck, such as while WhatsApp refuses the token; others are behind them


def sweep(runtime: Runtime) -> None:
    """Take up what has lain for two minutes: contacts, merges, staff messages, erasures; delete what has expired.

    Contacts whose work is stuck for now keep coming first, so that many more are woken than usually lie there.
    Contacts whose pause is over go on, and those that staff put off until now ask for them again: 1 read for each
    of the two, and 2 reads and 1 write for each contact. Contacts and messages get the words they are searched by,
    where an older version gave them others.
    Then look whether WhatsApp and OpenAI serve us again, and for how long OpenAI serves the models in use; last,
    take away what has had its time.
    """
    before = runtime.now() - LYING
    contacts = runtime.store.contacts.with_old_work(before, MAX_CONTACTS)
    messages = runtime.store.messages.queued(before, AT_A_TIME)
    runtime.queue.enqueue_all(
        [
            *(_work_task(contact_id, winner) for contact_id, winner in contacts.items()),
            *(SendTask(message_id=message.id) for message in messages),
            *(ExportTask(export_id=name) for name in runtime.store.exports.with_work(before, AT_A_TIME)),
            *(EraseTask(erasure_id=name) for name in runtime.store.erasures.with_work(before, AT_A_TIME)),
        ]
    )
    store = runtime.store
    expiring = (
        store.events,
        store.facts,
        store.previews,
        store.activity,
        store.presence,
        store.people,
        store.exports,
    )
    expired = sum(each.delete_expired(runtime.now(), AT_A_TIME) for each in expiring)
    logger.info("sweep", contacts=len(contacts), messages=len(messages), expired=expired)
    _change_due(runtime, "paused_until", awake)
    _change_due(runtime, "snoozed_until", reminded)
    _give_words(runtime)
    _give_message_words(runtime)
    _key_identities(runtime)
    check_token(runtime)
    check_openai(runtime)
    expire(runtime)


def _change_due(runtime: Runtime, field: Deadline, effect: Callable[[Contact, dt.datetime], Contact]) -> None:
    """Change contacts whose time has come; one that is gone or changes all the time is left to the next sweep."""
    now = runtime.now()
    for contact_id in runtime.store.contacts.due(field, now, AT_A_TIME):
        try:
            runtime.store.change_contact(contact_id, lambda contact: effect(contact, now), sleep=runtime.sleep)
        except (ContactGoneError, StoreBusyError):
            logger.info("not_changed", contact=contact_id, field=field)


def _give_words(runtime: Runtime) -> None:
    """Give some contacts their words anew, after a version that folds texts in another way."""
    state = runtime.store.facts.words_given()
    if state.version >= SEARCH_VERSION:
        return
    after = runtime.store.contacts.give_words(state.after, AT_A_TIME)
    runtime.store.facts.set_words_given(WordsState(state.version if after else SEARCH_VERSION, after))


def _give_message_words(runtime: Runtime) -> None:
    """Give some messages their words anew, likewise; where one changes meanwhile, with the next sweep."""
    state = runtime.store.facts.words_given("messages")
    if state.version >= MESSAGE_WORDS_VERSION:
        return
    try:
        after = runtime.store.messages.give_words(state.after, MESSAGES_AT_A_TIME)
    except (StaleError, GoneError):
        return
    version = state.version if after else MESSAGE_WORDS_VERSION
    runtime.store.facts.set_words_given(WordsState(version, after), "messages")


def _key_identities(runtime: Runtime) -> None:
    """Give some identities of an older version keyed ids; where one changes meanwhile, with the next sweep.

    Two contacts that both versions made of one customer become one.
    """
    try:
        moved = runtime.store.identities.move_unkeyed(
            runtime.now(),
            AT_A_TIME,
            lambda known, other: runtime.queue.enqueue(MergeTask(winner=known, loser=other)),
        )
    except (StaleError, GoneError):
        return
    if moved:
        logger.info("identities_moved", count=moved)


def _work_task(contact_id: str, winner: str | None) -> WakeTask | MergeTask:
    return MergeTask(winner=winner, loser=contact_id) if winner else WakeTask(contact_id=contact_id)
