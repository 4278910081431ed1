"""Sending a message once: an answer's part or what staff wrote, each with the same care.

    announce ── POST ─┬─ taken                               accept
       ▲              ├─ surely not taken ── later may help  put_back, and the queue delivers again
       │              │                   └─ never           refuse
       │              └─ nobody can tell                     doubt: looked at again later, see `settle`
       │
       └── settle: its delivery status tells that it arrived (accept), or not yet (doubt); without any, by the
           configured policy once more, or give_up: staff see it

The announcement is stored before the POST, so whoever finds a message announced knows that it may have been sent.
"""

from typing import Protocol

from functions.process.access_token import note_refused_token
from functions.process.runtime import Runtime
from shared.errors import SendFailedError, SendUnknownError
from shared.log import Stopwatch, logger
from shared.model.message import Problem

MAX_TRIES = 2  # a send in doubt is made once more at most


class Outgoing(Protocol):
    """A message on its way, and how each thing that becomes of it is recorded."""

    @property
    def id(self) -> str:
        """The document id of the message."""

    @property
    def tries(self) -> int:
        """How often its sending was announced."""

    @property
    def may_try_again(self) -> bool:
        """Whether a send that surely failed may be made again later."""

    def has_arrived(self) -> bool:
        """Tell whether there is proof that WhatsApp took it."""

    def is_in_doubt(self) -> bool:
        """Tell whether its delivery status may still come."""

    def announce(self) -> bool:
        """Record that a POST is about to begin; False when it must not."""

    def post(self) -> str:
        """Hand it to WhatsApp and return WhatsApp's id of it; raises SendFailedError, SendUnknownError."""

    def accept(self, whatsapp_id: str | None) -> None:
        """Record that WhatsApp took it."""

    def put_back(self) -> None:
        """Record that it surely was not sent, and waits to be."""

    def refuse(self, problem: Problem) -> None:
        """Record that it will never be sent."""

    def doubt(self) -> None:
        """Have it looked at again when a delivery status should have come."""

    def give_up(self) -> None:
        """Leave to staff what nobody could tell."""


def send(runtime: Runtime, outgoing: Outgoing) -> None:
    """POST an announced message and record what became of it; raises SendFailedError to be delivered again."""
    watch = Stopwatch()
    try:
        whatsapp_id = outgoing.post()
    except SendUnknownError as error:
        logger.warning("send_unknown", message_id=outgoing.id, remote_code=error.remote_code)
        outgoing.doubt()
    except SendFailedError as error:
        failed(runtime, outgoing, error)
    else:
        logger.info("sent", message_id=outgoing.id, seconds=watch.seconds)
        outgoing.accept(whatsapp_id)


def failed(runtime: Runtime, outgoing: Outgoing, error: SendFailedError) -> None:
    """Record a send that surely failed; raises the error again when a later try may help."""
    logger.warning("send_failed", message_id=outgoing.id, remote_code=error.remote_code)
    note_refused_token(runtime, error)
    if error.retryable and outgoing.may_try_again:
        outgoing.put_back()
        raise error
    outgoing.refuse(Problem(code=error.remote_code, message=error.message))


def settle(runtime: Runtime, outgoing: Outgoing) -> None:
    """Continue a send that another process began: its delivery status decides, never a guess."""
    if outgoing.has_arrived():
        logger.info("reconciled", message_id=outgoing.id)
        outgoing.accept(None)
    elif outgoing.is_in_doubt():
        outgoing.doubt()
    elif runtime.settings.unknown_send_policy == "send_again" and outgoing.tries < MAX_TRIES:
        logger.warning("send_again", message_id=outgoing.id)
        if outgoing.announce():
            send(runtime, outgoing)
    else:
        logger.error("left_to_staff", message_id=outgoing.id, reason="unknown_delivery")
        outgoing.give_up()
