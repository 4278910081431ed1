"""A contact: one customer however identified; profile, inbox summary, lease and open turn in one document.

They share one document on purpose: a write that proves "this document is as I read it" then proves all of it
at once: that the lease is ours, that nobody took over, that no message arrived meanwhile.
"""

import datetime as dt
from dataclasses import field, replace
from typing import Annotated, Literal

from shared.model.message import Author, Direction
from shared.model.phone_number import format_phone, phone_language
from shared.model.usage import Usage
from shared.model.value import known_when_stored, value
from shared.settings import LANGUAGES, Language

ProfileName = Literal["first_name", "last_name", "company", "email"]
Source = Literal["staff", "assistant"]
PROFILE_FIELDS: tuple[ProfileName, ...] = ("first_name", "last_name", "company", "email")
MAX_FIELD_CHARACTERS = 120  # of a value of the profile
MAX_SEARCH_CHARACTERS = 15  # of the beginning of a word

TurnState = Literal["claimed", "replied", "sending"]
Outcome = Literal["answered", "left_to_staff", "failed"]
AttentionReason = Literal[
    "another_account",
    "asked_for_human",
    "media_failed",
    "over_budget",
    "rate_limited",
    "send_failed",
    "turn_failed",
    "unknown_delivery",
    "unreadable",
]


@value
class ProfileField:
    """One thing known about a customer, and who said so."""

    value: str
    source: Annotated[Source, known_when_stored(Source, "assistant")]
    updated_at: dt.datetime


@value
class Conversation:
    """The customer's conversation at OpenAI; `last_item` is the last item known to be in it.

    An outdated one holds something that the model must not read any more, and is replaced before the next turn.
    `tokens` is the input that its last response took.
    """

    id: str
    started_at: dt.datetime
    last_item: str | None = None
    outdated: bool = False
    tokens: int = 0


@value
class Lease:
    """The right to work on a contact until a moment; the epoch grows with every owner.

    `task` and `attempt` name the delivery of the queue that took it, as far as it came from there.
    """

    owner: str
    epoch: int
    until: dt.datetime
    task: str = ""
    attempt: int = 0


@value
class Turn:
    """The open turn: the frozen messages and how far their answer has come.

    `part` is the part being sent, `tries` how often its sending began, `check_at` when an uncertain send is
    looked at again. `announced_at` is when the present part's sending began. `taken` counts how often work on the
    turn was taken up, `attempts` how often of these it was begun anew because the one before it died over it or got
    a useless answer; `revision` how often the customer changed its messages before the answer was there. `unasked`
    marks one that was given back before OpenAI was asked anything: it takes along what arrives until then. `outage`
    marks a turn that waits for WhatsApp to accept the access token again. `choices` are the buttons below the last
    part. `despite_mute` marks the one confirmation that goes to a customer who wrote STOP.
    """

    id: str
    message_ids: list[str]
    context_ids: list[str] = field(default_factory=list)
    state: TurnState = "claimed"
    outcome: Outcome = "answered"
    cause: str | None = None
    parts: list[str] = field(default_factory=list)
    part: int = 0
    tries: int = 0
    check_at: dt.datetime | None = None
    announced_at: dt.datetime | None = None
    outage: bool = False
    taken: int = 1
    attempts: int = 1
    revision: int = 0
    unasked: bool = False
    started_at: dt.datetime
    usage: Usage = field(default_factory=Usage)
    choices: list[str] = field(default_factory=list)
    despite_mute: bool = False


@value
class LastMessage:
    """What the conversation list shows."""

    text: str
    kind: str
    direction: Direction
    author: Author
    at: dt.datetime


@value
class Attention:
    """Why staff should look: an AttentionReason, or one that only a newer version knows (after a rollback)."""

    reason: str
    at: dt.datetime


@value
class Rate:
    """How many messages a customer sent in the present minute and day, and when they were told it is too many."""

    minute: dt.datetime
    in_minute: int = 0
    day: dt.datetime
    in_day: int = 0
    told_at: dt.datetime | None = None


@value
class FormerAccount:
    """A WhatsApp account that wrote under the contact's number until another one did, without notice of a change.

    `ids` are its user ids. The two may be one person, or the number may have been given to somebody else.
    """

    ids: list[str]
    until: dt.datetime


@value
class Contact:
    """One customer. `budget_told_on` is the day on which they last learnt that nothing may be asked any more.
    `update_time` is the store's version of the document, None when it is not stored yet.

    `consent_at` is when STOP or START was last written (WhatsApp's time). `merged_into` is the contact that took
    over everything when the two turned out to be one person. `proven_ids` are the present account's user ids
    besides those in use, as WhatsApp told or a parent company's id showed. `profile` is by ProfileName; it may hold
    more after a rollback, from a version that knew more names.
    """

    id: str
    merged_into: str | None = None
    phone: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    former_accounts: list[FormerAccount] = field(default_factory=list)
    proven_ids: list[str] = field(default_factory=list)
    username: str | None = None
    whatsapp_name: str | None = None
    language: str | None = None
    profile: dict[str, ProfileField] = field(default_factory=dict)
    notes: str = ""

    last_message: LastMessage | None = None
    last_activity_at: dt.datetime | None = None
    last_reply: str = ""
    unread: int = 0
    window_closes_at: dt.datetime | None = None

    paused: bool = False
    blocked: bool = False
    opted_out: bool = False
    consent_at: dt.datetime | None = None
    rate: Rate | None = None
    attention: Attention | None = None
    budget_told_on: str = ""

    conversation: Conversation | None = None
    conversation_ids: list[str] = field(default_factory=list)

    pending: list[str] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    last_arrival_at: dt.datetime | None = None
    epoch: int = 0
    lease: Lease | None = None
    turn: Turn | None = None
    work_since: dt.datetime | None = None

    created_at: dt.datetime
    updated_at: dt.datetime | None = None
    update_time: object = None

    @property
    def muted(self) -> bool:
        """Tell whether the assistant must not write to this customer."""
        return self.paused or self.blocked or self.opted_out

    @property
    def account_since(self) -> dt.datetime | None:
        """Tell since when the present account writes, if another one did before; the latest is the last."""
        return self.former_accounts[-1].until if self.former_accounts else None

    def is_of_present_account(self, at: dt.datetime) -> bool:
        """Tell whether what was said or learnt at a moment is the present account's to know."""
        return self.account_since is None or at >= self.account_since

    def known(self, name: ProfileName) -> str | None:
        """Return what is known of a profile field."""
        entry = self.profile.get(name)
        return entry.value if entry else None

    @property
    def missing(self) -> list[ProfileName]:
        """List the profile fields that are not known; computed, never stored."""
        return [name for name in PROFILE_FIELDS if not self.known(name)]

    @property
    def name(self) -> str:
        """Return the best name to show; empty when nothing is known."""
        full = " ".join(filter(None, (self.known("first_name"), self.known("last_name"))))
        return full or self.whatsapp_name or self.username or format_phone(self.phone) or ""

    @property
    def search_words(self) -> list[str]:
        """List the beginnings of every word staff may search this contact by, in lower case."""
        texts = [self.name, self.whatsapp_name or "", self.username or "", self.phone or ""]
        texts += [self.known("company") or "", self.known("email") or ""]
        words = {word for text in texts for word in text.lower().replace("+", " ").split()}
        lengths = {word: min(len(word), MAX_SEARCH_CHARACTERS) for word in words}
        return sorted({word[:length] for word, most in lengths.items() for length in range(1, most + 1)})


def flagged(contact: Contact, reason: AttentionReason, at: dt.datetime) -> Contact:
    """Ask staff to look at a contact."""
    return replace(contact, attention=Attention(reason=reason, at=at))


def without_conversation(contact: Contact) -> Contact:
    """Forget the conversation, so that the next turn begins a new one that knows nothing of it."""
    return replace(contact, conversation=None, last_reply="")


def reply_language(contact: Contact, default: Language) -> Language:
    """Choose the language of fixed texts: the customer's, else that of the phone's country, else the default."""
    for candidate in (contact.language, phone_language(contact.phone)):
        if candidate in LANGUAGES:
            return candidate  # type: ignore[return-value]  # membership proves the literal
    return default
