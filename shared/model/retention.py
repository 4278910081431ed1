"""For how long what is kept of customers stays, and what of a message or a contact goes. Pure functions.

messages       a message is deleted, with its file, so many months after it was written
files          its file goes before, and its name with it
transcripts    what a recording says
former_texts   what a message said before it was edited, and the values that a field of a profile had before
deleted_days   all that a message said which its customer deleted for everyone, in days after that
activity       what staff did
contacts       a whole customer, so many months after the last message of either side

Nothing is kept for ever: no period is without end. What has one of the messages' length or more goes with them.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from shared.model.contact import Contact, LastMessage
from shared.model.message import Media, Message, Problem
from shared.model.profile_field import ProfileField
from shared.model.value import value

MAX_MONTHS = 120  # what tax law asks for at most of letters of business in Italy (art. 2220 of the Codice civile)
MAX_DAYS = 365
FILE_GONE = "kept_no_longer"  # the code with which a message tells that its file is gone

Part = Literal["files", "transcripts", "former_texts", "deleted"]
Months = Annotated[int, Field(ge=1, le=MAX_MONTHS)]


@value
class Retention:
    """Periods in months, and `deleted_days` in days."""

    messages: Months = 24
    files: Months = 12
    transcripts: Months = 24
    former_texts: Months = 24
    activity: Months = 24
    contacts: Months = 24
    deleted_days: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 30


@dataclass(frozen=True)
class Bounds:
    """What is from before these moments goes; those of parts are never before that of messages."""

    messages: dt.datetime
    files: dt.datetime
    transcripts: dt.datetime
    former_texts: dt.datetime
    deleted: dt.datetime
    activity: dt.datetime
    contacts: dt.datetime


def bounds_of(kept: Retention, now: dt.datetime) -> Bounds:
    """Return what periods amount to at a moment."""
    messages = months_before(now, kept.messages)
    return Bounds(
        messages=messages,
        files=max(messages, months_before(now, kept.files)),
        transcripts=max(messages, months_before(now, kept.transcripts)),
        former_texts=max(messages, months_before(now, kept.former_texts)),
        deleted=max(messages, now - dt.timedelta(days=kept.deleted_days)),
        activity=months_before(now, kept.activity),
        contacts=months_before(now, kept.contacts),
    )


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """Return the same day so many months earlier, or the last one of its month (31 March - 1: 28 February)."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def parts_that_go(message: Message, bounds: Bounds) -> list[Part]:
    """Tell which parts of a message go that stays itself."""
    parts: list[Part] = []
    if _has_file(message) and message.at < bounds.files:
        parts.append("files")
    if message.transcript and message.at < bounds.transcripts:
        parts.append("transcripts")
    if _has_former_text(message) and message.at < bounds.former_texts:
        parts.append("former_texts")
    if message.revoked_at and message.revoked_at < bounds.deleted and _says_something(message):
        parts.append("deleted")
    return parts


def without_parts(message: Message, parts: Collection[Part]) -> Message:
    """Return a message without some parts, nor WhatsApp's JSON of it, which repeats them."""
    if not parts:
        return message
    after = replace(message, payload=None)
    if "deleted" in parts:
        return without_words(replace(after, media=None, transcript=None))
    if "files" in parts:
        after = replace(after, media=_gone(message.media or Media()))
    if "transcripts" in parts:
        after = replace(after, transcript=None)
    if "former_texts" in parts:
        after = without_words(after) if message.kind == "edit" else replace(after, earlier=[])
    return after


def without_words(message: Message) -> Message:
    """Return a message that says nothing any more, nor quotes anything."""
    quoted = replace(message.quoted, text="") if message.quoted else None
    return replace(
        message, text="", cut=0, payload=None, quoted=quoted, earlier=[], referral=None, product=None, choices=[]
    )


def without_quotation(message: Message) -> Message:
    """Return a message without the words of another one that is gone; an edit repeats them as its own."""
    if message.kind == "edit":
        return without_words(message)
    quoted = replace(message.quoted, text="") if message.quoted else None
    return replace(message, quoted=quoted, payload=None)


def forgotten(contact: Contact, bounds: Bounds, gone: Collection[str] = ()) -> Contact:
    """Return a contact without what it repeats of old messages, and of those with some ids."""
    attention, conversation = contact.attention, contact.conversation
    if attention and attention.at < bounds.messages:
        attention = replace(attention, summary="")
    if conversation and conversation.started_at < bounds.messages:
        conversation = None  # its id stays listed, for whoever erases it
    is_old = contact.last_activity_at is not None and contact.last_activity_at < bounds.messages
    return replace(
        contact,
        last_message=_without_text(contact.last_message, bounds),
        last_inbound=_without_text(contact.last_inbound, bounds),
        last_reply="" if is_old else contact.last_reply,
        snoozed_summary="" if is_old else contact.snoozed_summary,
        attention=attention,
        conversation=conversation,
        profile={name: _forgotten_field(entry, bounds, gone) for name, entry in contact.profile.items()},
    )


def _forgotten_field(entry: ProfileField, bounds: Bounds, gone: Collection[str]) -> ProfileField:
    """Return a field without the words that it comes from, a suggestion, and former values that are too old."""
    suggestion = entry.suggestion
    if suggestion and (suggestion.at < bounds.messages or suggestion.message_id in gone):
        suggestion = None
    former = [each for each in entry.former if each.until >= bounds.former_texts]
    entry = replace(entry, former=former, suggestion=suggestion)
    if entry.message_id and (entry.updated_at < bounds.messages or entry.message_id in gone):
        return replace(entry, message_id=None, words="")
    return entry


def _without_text(shown: LastMessage | None, bounds: Bounds) -> LastMessage | None:
    return replace(shown, text="") if shown and shown.at < bounds.messages else shown


def _has_file(message: Message) -> bool:
    media = message.media
    return media is not None and not (media.error and media.error.code == FILE_GONE)


def _has_former_text(message: Message) -> bool:
    return bool(message.earlier) or (message.kind == "edit" and bool(message.text or message.payload))


def _says_something(message: Message) -> bool:
    return bool(message.text or message.payload or message.transcript or message.earlier) or _has_file(message)


def _gone(media: Media) -> Media:
    told = Problem(code=FILE_GONE, message="The file was kept for as long as the settings say")
    return Media(mime_type=media.mime_type, voice=media.voice, state="failed", error=told)
