"""Asking staff to look at a contact, from wherever something happened to it."""

from functions.process.runtime import Runtime
from shared.errors import ContactGoneError
from shared.log import logger
from shared.model.attention import AttentionReason
from shared.model.contact import flagged


def flag_contact(runtime: Runtime, contact_id: str, reason: AttentionReason) -> None:
    """Ask staff to look at a contact (1 read, 1 write); of one that was erased nobody is to be told any more."""
    try:
        runtime.store.change_contact(
            contact_id, lambda contact: flagged(contact, reason, runtime.now()), sleep=runtime.sleep
        )
    except ContactGoneError:
        logger.info("contact_gone", contact=contact_id, reason=reason)
