"""A message, inbound or outbound, as one document; and its delivery status."""

import datetime as dt
from dataclasses import field, replace
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BeforeValidator

from shared.model.kinds import AMENDMENT_KINDS
from shared.model.message_words import index_entries, words_in
from shared.model.usage import Usage
from shared.model.value import known_when_stored, value
from shared.untrusted import string

Direction = Literal["in", "out"]
Author = Literal["customer", "assistant", "staff", "system"]
# Of an inbound message: `new`, then its outcome, or `recorded` when it asks for no answer.
InboundStatus = Literal["new", "answered", "left_to_staff", "failed", "recorded"]
# Of an outbound message: what we know ourselves of its sending.
OutboundStatus = Literal["queued", "sending", "unknown", "accepted", "failed"]
# What WhatsApp reports of an outbound message.
RemoteStatus = Literal["sent", "delivered", "read", "played", "failed"]
MediaState = Literal["waiting", "stored", "failed"]
Directive = Literal["stop", "start", "rate_limited"]

# How far a delivery has come. Statuses arrive repeated and out of order (and `delivered` may be skipped), so
# each is kept with its time and the furthest one counts; `failed` is final.
STATUS_RANK: dict[str, int] = {
    "queued": 0,
    "sending": 1,
    "unknown": 2,
    "accepted": 3,
    "sent": 4,
    "delivered": 5,
    "read": 6,
    "played": 7,
    "failed": 8,
}
REMOTE_STATUSES: tuple[RemoteStatus, ...] = ("sent", "delivered", "read", "played", "failed")
REFERRAL_FIELDS = ("headline", "body", "source_url", "source_type")


@value
class Problem:
    """Why a message or its file failed: a code (WhatsApp's or ours), and a sentence for staff."""

    code: str
    message: str


@value
class Media:
    """The file of a message: what WhatsApp tells of it, and whether we have it.

    `id` is WhatsApp's media id, `url` the address that newer webhooks tell, which lives for minutes; `sha256` and
    `size` (bytes) are those of the content; `on_demand` marks one that waits until staff ask for it; `error` tells
    staff why a file is `failed`. `unreadable` tells that its text was wanted for the model and could not be read.
    """

    id: str | None = None
    url: str | None = None
    mime_type: str = "application/octet-stream"
    filename: str | None = None
    sha256: str | None = None
    size: int | None = None
    seconds: float | None = None
    voice: bool = False
    animated: bool = False
    state: MediaState = "waiting"
    on_demand: bool = False
    unreadable: bool = False
    error: Problem | None = None


@value
class Quoted:
    """The message that a message answers to; `id` and the rest are empty when we do not have it."""

    whatsapp_id: str
    id: str | None = None
    author: Author | Literal[""] = ""
    kind: str = ""
    text: str = ""


@value
class Earlier:
    """A text that a message had before it was edited, and until when."""

    text: str
    until: dt.datetime


@value
class Reaction:
    """The customer's reaction to a message, and the message that brought it; an empty emoji took one back."""

    emoji: str
    at: dt.datetime
    message_id: str


@value
class StaffReaction:
    """What staff reacted with to a customer's message, who did, and why it failed; an empty emoji took one back.

    `number` counts its changes: each is a message of its own (`reaction_id` of shared/model/ids.py).
    """

    emoji: str
    at: dt.datetime
    author: str | None = None
    number: int = 1
    error: Problem | None = None


@value
class Referral:
    """The advertisement that brought the customer, as far as staff and model are told of it.

    The rest of what WhatsApp tells has no fixed shape and stays in the message's payload.
    """

    headline: str | None = None
    body: str | None = None
    source_url: str | None = None
    source_type: str | None = None


@value
class Pricing:
    """What WhatsApp charges for a message: by which category, and whether it does."""

    category: str
    billable: bool = False


def read_referral(told: Any) -> Any:
    """Read what WhatsApp tells of an advertisement, whose fields may have any shape; None when it tells nothing."""
    if not isinstance(told, dict):
        return told
    return Referral(**{name: string(told.get(name)) for name in REFERRAL_FIELDS}) if told else None


@value
class Message:
    """One message.

    `kind` is WhatsApp's type of it, and any text, since new types come without notice (shared/model/kinds.py).
    `cut` is how many characters of a long `text` were left out in its middle.
    `status` is what we know ourselves, `statuses` what WhatsApp reported, each with its time. `directive` is what
    an inbound message makes the assistant do instead of answering. `awaited` is 1 as long as nobody knows whether
    WhatsApp took an outbound one, which its first delivery status then tells. `outage` marks one of staff's that
    waits for WhatsApp to accept the access token again, `resumed_at` is when it was sent on after that.
    `target_id` is the message that a reaction, edit or revoke is about; `reaction`, `staff_reaction`, `earlier`
    (oldest first), `edited_at` and `revoked_at` are what such messages left on this one. `choices` are the
    buttons below an outbound text. `template` is the `template` object that is sent to WhatsApp. `response_id` is
    OpenAI's name of the answer that it is, or begins.
    """

    id: str
    contact_id: str
    direction: Direction
    author: Author
    author_name: str | None = None
    kind: str
    text: str
    cut: int = 0
    status: Annotated[InboundStatus | OutboundStatus, known_when_stored(InboundStatus | OutboundStatus, "unknown")]
    statuses: dict[str, dt.datetime] = field(default_factory=dict)
    error: Problem | None = None
    whatsapp_id: str | None = None
    client_message_id: str | None = None
    turn_id: str | None = None
    part: int | None = None
    tries: int = 0
    tried_at: dt.datetime | None = None
    awaited: int = 0
    outage: bool = False
    resumed_at: dt.datetime | None = None
    payload: str | None = None
    media: Media | None = None
    transcript: str | None = None
    quoted: Quoted | None = None
    forwarded: bool = False
    in_group: bool = False
    product: str | None = None
    referral: Annotated[Referral | None, BeforeValidator(read_referral)] = None
    directive: Directive | None = None
    target_id: str | None = None
    reaction: Reaction | None = None
    staff_reaction: StaffReaction | None = None
    earlier: list[Earlier] = field(default_factory=list)
    edited_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    choices: list[str] = field(default_factory=list)
    template: dict[str, Any] | None = None
    usage: Usage | None = None
    response_id: str | None = None
    pricing: Pricing | None = None
    at: dt.datetime
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    update_time: object = None

    @property
    def shown_status(self) -> str:
        """Return the furthest status known, which never goes back."""
        if self.direction == "in":
            return self.status
        return max((self.status, *self.statuses), key=lambda status: STATUS_RANK.get(status, -1))

    @property
    def words(self) -> list[str]:
        """List the words that staff may find this message by: none of one that is not shown, or was revoked."""
        if self.revoked_at or (self.kind in AMENDMENT_KINDS and self.target_id):
            return []
        filename = self.media.filename if self.media else None
        return words_in(filter(None, (self.text, self.transcript, filename)))

    @property
    def reached_whatsapp(self) -> bool:
        """Tell whether there is proof that WhatsApp took the message."""
        return bool(self.whatsapp_id or self.statuses)


class MessageUpdate(TypedDict, total=False):
    """Fields of a message that a change sets; the others stay as they are."""

    status: InboundStatus | OutboundStatus
    error: Problem | None
    whatsapp_id: str
    turn_id: str
    tries: int
    tried_at: dt.datetime
    awaited: int
    outage: bool
    resumed_at: dt.datetime
    text: str
    cut: int
    media: Media | None
    target_id: str | None
    quoted: Quoted | None
    reaction: Reaction
    staff_reaction: StaffReaction
    earlier: list[Earlier]
    edited_at: dt.datetime
    revoked_at: dt.datetime
    pricing: Pricing


class FoundUpdate(MessageUpdate, total=False):
    """Fields of a message, and what its document holds for searches."""

    search: list[str]


def with_words(message: Message, update: MessageUpdate) -> FoundUpdate:
    """Add to an update of what a message says the words that it is found by from then on."""
    return {**update, "search": index_entries(replace(message, **update).words)}
