"""Messages that staff wrote: sent by the process function, once, with the same care as an answer.

Its states:

    queued ── sending ─┬─ accepted
                 ▲     ├─ failed
                 └─────┼─ sending, in doubt: its delivery status decides; without one, once more
                       └─ unknown: still in doubt after that, for staff to see

A file is uploaded while the message is still queued: whoever dies in the upload uploads again, and nobody has to
wonder whether the customer got it.
"""

import datetime as dt
from dataclasses import replace

from functions.process.attention import flag_contact
from functions.process.runtime import Runtime
from functions.process.turn.deliver import failed, overslept
from shared.errors import SendFailedError
from shared.model.attention import AttentionReason
from shared.model.contact import Contact
from shared.model.message import Media, Message, MessageUpdate, Problem
from shared.model.turn import accepted_as, tell_later
from shared.queue.tasks import SendTask
from shared.whatsapp.attachments import extension_of
from shared.whatsapp.session import MAX_POST_SECONDS

GIVE_UP = dt.timedelta(minutes=15)
OPTED_OUT = Problem(code="opted_out", message="The customer asked for no messages before this one was sent")
ANOTHER_ACCOUNT = Problem(
    code="another_account", message="Another account writes under this number since the message was written"
)
UNKNOWN = Problem(code="unknown_delivery", message="WhatsApp never told whether it arrived")


class StaffMessage:
    """A message of staff (see `Outgoing` in functions/process/turn/deliver.py); `message` is as it was stored."""

    def __init__(self, runtime: Runtime, contact: Contact, message: Message) -> None:
        self._runtime, self._contact, self._message = runtime, contact, message
        self.id = message.id
        self.log_fields = {"contact": contact.id}

    @property
    def tries(self) -> int:
        """How often it may have been sent: its announcements, without those that surely came to nothing."""
        return self._message.tries

    @property
    def may_try_again(self) -> bool:
        """Whether staff wrote it, or it could go on after an outage, so recently that they may still mean it."""
        message, now = self._message, self._runtime.now()
        return message.outage or now - (message.resumed_at or message.at) <= GIVE_UP

    def has_arrived(self) -> bool:
        """Tell whether WhatsApp named it or told its status."""
        return self._message.reached_whatsapp

    def is_in_doubt(self) -> bool:
        """Tell whether its status, or even its POST in a process that died, may still be under way."""
        return self._seconds_in_doubt() > 0

    def announce(self) -> bool:
        """Upload its file, then move it to `sending`; False when it must not be sent any more, or it failed.

        The customer may want no messages, or be somebody else by now.
        """
        if self._contact.opted_out:
            return self._hold_back(OPTED_OUT)
        if self._contact.is_meant_for_former_account(self._message.at):
            return self._hold_back(ANOTHER_ACCOUNT)
        try:
            uploaded = self._uploaded()
        except SendFailedError as error:
            failed(self._runtime, self, error)
            return False
        begun: MessageUpdate = {
            "status": "sending",
            "tries": self.tries + 1,
            "tried_at": self._runtime.now(),
            "awaited": 1,
            **self._resumed(),
        }
        if uploaded:  # the upload's id is kept for another try
            begun["media"] = uploaded
        self._message = self._runtime.store.messages.update(self._message, begun)
        return True

    def post(self) -> str:
        """Send the template, the text, or the file with its caption; raises StaleError for who overslept."""
        while overslept(self._message.tried_at, now := self._runtime.now()):
            self._message = self._runtime.store.messages.update(self._message, {"tried_at": now})
        return self._send()

    def _send(self) -> str:
        whatsapp, message, media = self._runtime.whatsapp, self._message, self._message.media
        reply_to = message.quoted.whatsapp_id if message.quoted else None
        if message.template:
            return whatsapp.send_template(self._contact, message.template, message.id)
        if media is None or media.id is None:
            return whatsapp.send_text(self._contact, message.text, message.id, reply_to=reply_to)
        filename = media.filename if message.kind == "document" else None
        file = {"id": media.id, "caption": message.text, "filename": filename, "voice": media.voice}
        return whatsapp.send_media(self._contact, message.kind, file, message.id, reply_to=reply_to)

    def accept(self, whatsapp_id: str | None) -> None:
        """Record the send, and leave the text to the assistant's next turn, which has to know it."""
        runtime = self._runtime
        runtime.store.messages.set(self.id, accepted_as(whatsapp_id))
        runtime.store.change_contact(
            self._message.contact_id, lambda contact: tell_later(contact, self.id), sleep=runtime.sleep
        )

    def put_back(self, *, outage: bool) -> None:
        """Queue it again; after an outage the sweep finds it."""
        message = self._message
        waits: MessageUpdate = {"outage": True} if outage else self._resumed()
        tries = message.tries - (message.status == "sending")  # not when its upload failed
        self._runtime.store.messages.update(message, {"status": "queued", "tries": tries, "awaited": 0, **waits})

    def refuse(self, problem: Problem) -> None:
        """Show staff why it failed."""
        self._runtime.store.messages.update(self._message, {"status": "failed", "error": problem})
        self._flag("send_failed")

    def doubt(self) -> None:
        """Come back when its status should have come; the status itself wakes it, too."""
        self._runtime.queue.enqueue(SendTask(message_id=self.id), delay=max(0.0, self._seconds_in_doubt()) + 0.5)

    def give_up(self) -> None:
        """Leave it in doubt, for staff to see."""
        self._runtime.store.messages.update(self._message, {"status": "unknown", "error": UNKNOWN})
        self._flag("unknown_delivery")

    def _resumed(self) -> MessageUpdate:
        """Return what is to be noted of a message that goes on after an outage."""
        return {"outage": False, "resumed_at": self._runtime.now()} if self._message.outage else {}

    def _seconds_in_doubt(self) -> float:
        since = self._message.tried_at or self._message.at
        most = MAX_POST_SECONDS + self._runtime.settings.unknown_send_seconds
        return most - (self._runtime.now() - since).total_seconds()

    def _hold_back(self, problem: Problem) -> bool:
        """Send nothing to who must not get it; a first try in doubt stays in doubt. Returns False."""
        status: MessageUpdate = {"status": "failed" if self._message.status == "queued" else "unknown"}
        self._runtime.store.messages.update(self._message, {**status, "error": problem})
        self._flag("send_failed")
        return False

    def _uploaded(self) -> Media | None:
        """Hand the message's file to WhatsApp, unless that was done; raises SendFailedError."""
        media = self._message.media
        if media is None or media.id:
            return media
        try:
            content = self._runtime.store.files.load(self.id)
        except LookupError:
            content = None
        if content is None:
            raise SendFailedError("the file is not stored any more", remote_code="file_gone")
        filename = self.id + extension_of(media.mime_type)  # never shown; the customer sees the message's own
        return replace(media, id=self._runtime.whatsapp.upload_media(content, media.mime_type, filename))

    def _flag(self, reason: AttentionReason) -> None:
        flag_contact(self._runtime, self._message.contact_id, reason)
