"""A contact: one customer however identified; profile, inbox summary, lease and open turn in one document.

They share one document on purpose: a write that proves "this document is as I read it" then proves all of it
at once: that the lease is ours, that nobody took over, that no message arrived meanwhile.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import field, replace
from itertools import accumulate

from shared.model.attention import FAILURE_REASONS, Attention, AttentionReason
from shared.model.message import Author, Direction
from shared.model.phone_number import format_phone, phone_language
from shared.model.profile_field import ProfileField
from shared.model.search import beginnings, phone_words, words_of
from shared.model.turn_state import Lease, Turn
from shared.model.usage import Usage
from shared.model.value import value
from shared.model.visible import visible
from shared.settings import LANGUAGES, Language

MAX_FIELD_CHARACTERS = 120  # of a value of the profile
MAX_SEARCH_WORDS = 6  # of a value of the profile
MAX_ASSISTANT_NOTES = 20  # that the assistant is told, the newest
MAX_ASSISTANT_NOTE_CHARACTERS = 8_000  # of them all
# What has waited so long when another account writes may be for another person: operators let numbers rest longer.
LEFT_LYING = dt.timedelta(hours=24)
MAX_CONVERSATIONS = 40  # that a contact's document lists; beyond it only the newest half stays there


@value
class Conversation:
    """The customer's conversation at OpenAI; `last_item` is the last item known to be in it.

    An outdated one holds something that the model must not read any more, and is replaced before the next turn.
    `tokens` is the input that its last response took. It began with `summary`, of what was said before
    `summary_until`.
    """

    id: str
    started_at: dt.datetime
    last_item: str | None = None
    outdated: bool = False
    tokens: int = 0
    summary: str = ""
    summary_until: dt.datetime | None = None

    def without(self, at: dt.datetime) -> "Conversation":
        """Return it outdated, and without its summary if that may hold what was said at a moment."""
        outdated = replace(self, outdated=True)
        return outdated if at > self.started_at else replace(outdated, summary="", summary_until=None)


@value
class LastMessage:
    """What the conversation list shows."""

    text: str
    kind: str
    direction: Direction
    author: Author
    at: dt.datetime


@value
class AssistantNote:
    """A note of staff that the assistant is to know; `id` is that of its entry, `author` an e-mail address."""

    id: str
    text: str
    author: str
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
    over everything when the two turned out to be one person. One that is `erased` is nobody's any more: open
    pages learn so of its document (shared/store/people.py). The assistant reads `notes` only if
    `notes_for_assistant`. A pause with `paused_until` is over then, which is noted with the next message (`awake`).
    `introduced_at` is when the customer was told that an assistant answers, `previous_at` when something happened
    last before what is pending. `profile` is by the name of a collected field (shared/model/business.py), and may
    hold some that the business no longer collects. `asked` counts how often the assistant asked for a field,
    `declined` tells which the customer would not tell; `is_business` that they spoke as a business does. `unheard`
    are messages that no extraction has read yet, since the one that should have failed. `language_by_staff` tells
    that staff chose the language, `assignee` is the e-mail address of the one whose conversation it is. The mark
    that `snoozed_until` took off comes back then, with its summary (shared/model/snooze.py). `last_inbound` is the
    customer's last message, in the list's words. `noted_at` is when the list of notes last changed;
    `assistant_notes` are those of them that the assistant is to know, `notes` what older versions kept in their
    place. `usage` is what all answers to the customer took, whatever the model. `proven_ids` are the present
    account's user ids besides those in use, as WhatsApp told or a parent company's id showed.
    """

    id: str
    merged_into: str | None = None
    erased: bool = False
    phone: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    former_accounts: list[FormerAccount] = field(default_factory=list)
    proven_ids: list[str] = field(default_factory=list)
    username: str | None = None
    whatsapp_name: str | None = None
    language: str | None = None
    language_by_staff: bool = False
    profile: dict[str, ProfileField] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    declined: dict[str, dt.datetime] = field(default_factory=dict)
    is_business: bool = False
    unheard: list[str] = field(default_factory=list)
    notes: str = ""
    notes_for_assistant: bool = False
    noted_at: dt.datetime | None = None
    assistant_notes: list[AssistantNote] = field(default_factory=list)

    assignee: str | None = None
    labels: list[str] = field(default_factory=list)
    snoozed_until: dt.datetime | None = None
    snoozed_summary: str = ""
    marked_unread: bool = False

    last_message: LastMessage | None = None
    last_inbound: LastMessage | None = None
    last_activity_at: dt.datetime | None = None
    last_reply: str = ""
    unread: int = 0
    window_closes_at: dt.datetime | None = None

    paused: bool = False
    paused_until: dt.datetime | None = None
    blocked: bool = False
    opted_out: bool = False
    consent_at: dt.datetime | None = None
    rate: Rate | None = None
    attention: Attention | None = None
    budget_told_on: str = ""

    conversation: Conversation | None = None
    conversation_ids: list[str] = field(default_factory=list)
    introduced_at: dt.datetime | None = None
    usage: Usage | None = None

    pending: list[str] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    last_arrival_at: dt.datetime | None = None
    previous_at: dt.datetime | None = None
    epoch: int = 0
    lease: Lease | None = None
    turn: Turn | None = None
    work_since: dt.datetime | None = None

    created_at: dt.datetime
    updated_at: dt.datetime | None = None
    update_time: object = None

    @property
    def is_unread(self) -> bool:
        """Tell whether staff have something to read, or marked it so."""
        return self.unread > 0 or self.marked_unread

    @property
    def is_unanswered(self) -> bool:
        """Tell whether the customer had the last word."""
        return self.last_message is not None and self.last_message.direction == "in"

    @property
    def has_failed(self) -> bool:
        """Tell whether staff were asked to look because something did not get where it was to go."""
        return self.attention is not None and self.attention.reason in FAILURE_REASONS

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

    def is_meant_for_former_account(self, since: dt.datetime) -> bool:
        """Tell whether what waits to be sent since a moment is meant for somebody who wrote here before."""
        return self.account_since is not None and self.account_since - since >= LEFT_LYING

    def known(self, name: str) -> str | None:
        """Return what is known of a profile field."""
        entry = self.profile.get(name)
        return entry.value or None if entry else None

    @property
    def name(self) -> str:
        """Return the best name to show; empty when nothing is known."""
        full = " ".join(filter(None, (self.known("first_name"), self.known("last_name"))))
        called = (full, self.whatsapp_name or "", self.username or "", format_phone(self.phone) or "")
        return next(filter(None, map(visible, called)), "")

    @property
    def search_words(self) -> list[str]:
        """List the beginnings of every word staff may search this contact by (shared/model/search.py)."""
        texts = [self.name, self.whatsapp_name or "", self.username or ""]
        words = {word for text in texts for word in words_of(text)} | set(phone_words(self.phone))
        words |= {word for entry in self.profile.values() for word in words_of(entry.value)[:MAX_SEARCH_WORDS]}
        return beginnings(words)


def newest_notes(notes: Iterable[AssistantNote]) -> list[AssistantNote]:
    """Return the notes that the assistant is told, oldest first: the newest, as far as there is room."""
    newest = sorted(notes, key=lambda note: (note.at, note.id), reverse=True)[:MAX_ASSISTANT_NOTES]
    lengths = accumulate(len(note.text) for note in newest)
    told = [note for note, length in zip(newest, lengths, strict=True) if length <= MAX_ASSISTANT_NOTE_CHARACTERS]
    return told[::-1]


def flagged(contact: Contact, reason: AttentionReason, at: dt.datetime, summary: str = "") -> Contact:
    """Ask staff to look at a contact."""
    return replace(contact, attention=Attention(reason=reason, at=at, summary=summary))


def paused_for(contact: Contact, minutes: int, now: dt.datetime) -> Contact:
    """Pause the assistant for so many minutes, 0 for as long as staff like."""
    return replace(contact, paused=True, paused_until=now + dt.timedelta(minutes=minutes) if minutes else None)


def paused_at_least(contact: Contact, minutes: int, now: dt.datetime) -> Contact:
    """Pause the assistant for so many minutes, unless it is paused for longer already; 0 leaves it as it is."""
    if minutes <= 0:
        return contact
    present = awake(contact, now)
    is_longer = present.paused and (
        present.paused_until is None or present.paused_until >= now + dt.timedelta(minutes=minutes)
    )
    return contact if is_longer else paused_for(contact, minutes, now)


def awake(contact: Contact, now: dt.datetime) -> Contact:
    """End a pause whose time is over."""
    over = contact.paused_until is not None and contact.paused_until <= now
    return replace(contact, paused=False, paused_until=None) if over else contact


def without_conversation(contact: Contact) -> Contact:
    """Forget the conversation, so that the next turn begins a new one that knows nothing of it."""
    return replace(contact, conversation=None, last_reply="")


def without_old_conversations(contact: Contact) -> tuple[Contact, list[str]]:
    """Return a contact that lists the newest conversations alone when they are too many, and the ids it lost."""
    ids = contact.conversation_ids
    if len(ids) <= MAX_CONVERSATIONS:
        return contact, []
    newest = MAX_CONVERSATIONS // 2
    return replace(contact, conversation_ids=ids[-newest:]), ids[:-newest]


def spoken(contact: Contact, found: str | None) -> str | None:
    """Return a customer's language when another one was found: what staff chose stays."""
    return contact.language if contact.language_by_staff else found or contact.language


def reply_language(contact: Contact, default: Language) -> Language:
    """Choose the language of fixed texts: the customer's, else that of the phone's country, else the default."""
    for candidate in (contact.language, phone_language(contact.phone)):
        if candidate in LANGUAGES:
            return candidate  # type: ignore[return-value]  # membership proves the literal
    return default
