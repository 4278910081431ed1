"""Changes of a customer's user id that come without a message (the webhook field `user_id_update`)."""

from functions.process.inbox.find_contact import find_changed, request_merges
from functions.process.inbox.identity_change import IdentityChange, identity_update
from functions.process.inbox.receive import keep_event
from functions.process.runtime import Runtime
from shared.errors import BadRequestError, StoreBusyError
from shared.log import logger
from shared.model.identifiers import Links
from shared.model.turn import Change
from shared.queue.tasks import IdentityTask, RawTask
from shared.store.store import DuplicateError, StaleError

MOST_CONFLICTS = 40


def update_identity(runtime: Runtime, task: IdentityTask) -> None:
    """Let a contact follow a change of its names; what tells of no change is kept as an event.

    A contact that is not known is created, so that messages under either name find the same one; it is shown to
    staff once there is one.
    """
    try:
        change = identity_update(task, runtime.now())
    except BadRequestError:
        keep_event(runtime, RawTask(field="user_id_update", value=task.update))
        return
    for _ in range(MOST_CONFLICTS):
        found = find_changed(runtime, change)
        after = found.contact.model_copy(update={**found.names, **_said(change)})
        if after != found.contact or found.links != Links():
            try:
                runtime.store.commit(found.contact, Change(after), found.links)
            except (StaleError, DuplicateError):
                continue
        request_merges(runtime, found)
        logger.info("identity_changed", contact=found.contact.id, merges=len(found.merges))
        return
    raise StoreBusyError("the contact changes faster than its names can be written")


def _said(change: IdentityChange) -> dict[str, str]:
    said = {"username": change.username, "whatsapp_name": change.whatsapp_name}
    return {name: value for name, value in said.items() if value}
