"""Erasing a customer: asked for here, done by the process function; and the receipt."""

import re
from typing import Literal

from typing_extensions import TypedDict

from functions.dashboard_api.desk import Desk, possible_contact_id
from functions.dashboard_api.times import time_text, time_text_if_any
from shared.errors import InvalidError, NotFoundError
from shared.model.contact import Contact
from shared.model.phone_number import canonical_phone, format_phone
from shared.queue.tasks import EraseTask
from shared.store.erasures import Erasure, Stage, erasure_id

_NUMBER = re.compile(r"[+\d\s()./-]{6,}")


class ErasureBegun(TypedDict):
    """The id of an erasure that goes on by itself."""

    erasure: str


class ErasureView(TypedDict):
    """How far an erasure is: `erased` counts what went, by place, `left` what is still at OpenAI and WhatsApp.

    `problem` is the code of what the last try failed with; it is tried again until it succeeds.
    """

    id: str
    state: Literal["waiting", "running", "done"]
    stage: Stage
    erased: dict[str, int]
    left: int
    problem: str
    requested_at: str
    finished_at: str | None


def begin_erasure(desk: Desk, contact_id: str, confirm: str) -> ErasureBegun:
    """Have a customer erased (2 reads, 1 write, 1 task); asked for again it goes on.

    Raises InvalidError when `confirm` is not what the page shows of them, and NotFoundError.
    """
    contact = desk.store.contacts.get(possible_contact_id(contact_id))
    if contact is None:
        erasure = desk.store.erasures.get(erasure_id(contact_id))
        if erasure is None:
            raise NotFoundError("there is no such conversation")
    else:
        if not is_confirmed(contact, confirm):
            raise InvalidError("Some fields are not valid", {"confirm": "must be the customer's name or number"})
        erasure = desk.store.erasures.request(contact.id, desk.now())
    if erasure.stage != "done":
        desk.queue.enqueue(EraseTask(erasure_id=erasure.id))
    return {"erasure": erasure.id}


def is_confirmed(contact: Contact, confirm: str) -> bool:
    """Tell whether a text is a customer's name or number as the page shows them, or for want of both `Unknown`."""
    written = " ".join(confirm.split()).casefold()
    shown = [contact.name or "Unknown", contact.whatsapp_name or "", format_phone(contact.phone) or ""]
    if written and written in {" ".join(each.split()).casefold() for each in shown}:
        return True
    is_number = contact.phone is not None and _NUMBER.fullmatch(confirm.strip())
    return bool(is_number and canonical_phone(confirm) == canonical_phone(contact.phone or ""))


def erasure_view(erasure: Erasure) -> ErasureView:
    """Return how far an erasure is."""
    is_over = erasure.stage == "done"
    return {
        "id": erasure.id,
        "state": "done" if is_over else "waiting" if erasure.stage == "detach" else "running",
        "stage": erasure.stage,
        "erased": erasure.counts,
        "left": len(erasure.conversations) + len(erasure.responses) + len(erasure.uploads),
        "problem": erasure.problem,
        "requested_at": time_text(erasure.requested_at),
        "finished_at": time_text_if_any(erasure.finished_at),
    }
