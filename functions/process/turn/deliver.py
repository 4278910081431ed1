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

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from functions.process.access_token import note_refused_token
from functions.process.runtime import Runtime
from shared.errors import SendFailedError, SendUnknownError, TokenRefusedError
from shared.log import Stopwatch, logger
from shared.model.message import Problem

MAX_TRIES = 2  # a send in doubt is made once more at most
MAX_PAUSE = dt.timedelta(seconds=5)  # between an announcement and its POST; whoever overslept announces anew


class Outgoing(Protocol):
    """A message on its way, and how each thing that becomes of it is recorded."""

    @property
    def id(self) -> str:
        """The document id of the message."""

    @property
    def log_fields(self) -> Mapping[str, object]:
        """What a log line names it by: contact, turn and part, as far as it has them."""

    @property
    def tries(self) -> int:
        """How often it may have been sent: its announcements, without those that surely came to nothing."""

    @property
    def may_try_again(self) -> bool:
        """Whether a send that surely failed may be made again later."""

    def has_arrived(self) -> bool:
        """Tell whether there is proof that WhatsApp took it."""

    def is_in_doubt(self) -> bool:
        """Tell whether its status, or even its POST in a process that died, may still be under way."""

    def announce(self) -> bool:
        """Record that a POST is about to begin; False when it must not."""

    def post(self) -> str:
        """Hand it to WhatsApp and return WhatsApp's id of it; raises SendFailedError, SendUnknownError."""

    def accept(self, whatsapp_id: str | None) -> None:
        """Record that WhatsApp took it."""

    def put_back(self, *, outage: bool) -> None:
        """Record that it surely was not sent, and waits to be; in an outage, for as long as that takes."""

    def refuse(self, problem: Problem) -> None:
        """Record that it will never be sent."""

    def doubt(self) -> None:
        """Have it looked at again when a delivery status should have come, or as soon as one comes."""

    def give_up(self) -> None:
        """Leave to staff what nobody could tell."""


def overslept(announced_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Tell whether an announcement is too old for its POST to begin."""
    return announced_at is not None and now - announced_at > MAX_PAUSE


def send(runtime: Runtime, outgoing: Outgoing) -> None:
    """POST an announced message and record what became of it; raises SendFailedError to be delivered again."""
    watch = Stopwatch()
    try:
        whatsapp_id = outgoing.post()
    except SendUnknownError as error:
        logger.warning("send_unknown", message_id=outgoing.id, **outgoing.log_fields, remote_code=error.remote_code)
        outgoing.doubt()
    except SendFailedError as error:
        failed(runtime, outgoing, error)
    else:
        logger.info("sent", message_id=outgoing.id, **outgoing.log_fields, seconds=watch.seconds)
        outgoing.accept(whatsapp_id)


def failed(runtime: Runtime, outgoing: Outgoing, error: SendFailedError) -> None:
    """Record a send that surely failed; raises the error again when a later try may help.

    With a refused access token nothing can be sent, and nothing is thrown away: the sweep goes on once it works.
    """
    logger.warning("send_failed", message_id=outgoing.id, **outgoing.log_fields, remote_code=error.remote_code)
    if isinstance(error, TokenRefusedError):
        note_refused_token(runtime, error)
        outgoing.put_back(outage=True)
        return
    if error.retryable and outgoing.may_try_again:
        outgoing.put_back(outage=False)
        raise error
    outgoing.refuse(Problem(code=error.remote_code, message=error.message))


def settle(runtime: Runtime, outgoing: Outgoing) -> None:
    """Continue a send that another process began: its delivery status decides, never a guess."""
    if outgoing.has_arrived():
        logger.info("reconciled", message_id=outgoing.id, **outgoing.log_fields)
        outgoing.accept(None)
    elif outgoing.is_in_doubt():
        outgoing.doubt()
    elif runtime.settings.unknown_send_policy == "send_again" and outgoing.tries < MAX_TRIES:
        logger.warning("send_again", message_id=outgoing.id, **outgoing.log_fields)
        if outgoing.announce():
            send(runtime, outgoing)
    else:
        logger.error("left_to_staff", message_id=outgoing.id, **outgoing.log_fields, reason="unknown_delivery")
        outgoing.give_up()
