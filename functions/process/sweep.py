"""The sweep: finds work that nobody is doing, and expires what the TTL policy would."""

import datetime as dt

from functions.process.runtime import Runtime
from shared.errors import RemoteError
from shared.log import logger
from shared.queue.tasks import MergeTask, SendTask, WakeTask

LYING = dt.timedelta(minutes=2)
AT_A_TIME = 200


def sweep(runtime: Runtime) -> None:
    """Take up what has been lying for two minutes: contacts, merges, staff messages; delete expired events."""
    before = runtime.now() - LYING
    contacts = runtime.store.contacts_with_old_work(before, AT_A_TIME)
    messages = runtime.store.queued_messages(before, AT_A_TIME)
    runtime.queue.enqueue_all(
        [
            *(_work_task(contact_id, winner) for contact_id, winner in contacts.items()),
            *(SendTask(message_id=message.id) for message in messages),
        ]
    )
    expired = runtime.store.delete_expired_events(runtime.now(), AT_A_TIME)
    logger.info("sweep", contacts=len(contacts), messages=len(messages), expired=expired)
    _check_token(runtime)


def _work_task(contact_id: str, winner: str | None) -> WakeTask | MergeTask:
    return MergeTask(winner=winner, loser=contact_id) if winner else WakeTask(contact_id=contact_id)


def _check_token(runtime: Runtime) -> None:
    """Take the warning off the dashboard once WhatsApp accepts the access token again."""
    state = runtime.store.get_state("token")
    if not state or not state.get("refused"):
        return
    try:
        runtime.whatsapp.check_token()
    except RemoteError as error:
        logger.error("token", remote_code=error.remote_code)
    else:
        runtime.store.set_state("token", {"refused": False})
