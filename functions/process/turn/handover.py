"""Handing a customer over to a person: why, what staff are told, for how long, and when somebody answers.

the customer's words ┐
the extraction       ├─▶ a reason ──▶ attention with a summary, a pause by policy, a sentence in the answer
[[staff]]            │
a promise            ┘
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from functions.process.assistant.opening_hours import opening
from functions.process.assistant.person_words import asks_for_person, promises_person, tells_when
from functions.process.assistant.transcript import spoken
from shared.model.business import BusinessSettings, Handover
from shared.model.contact import HANDOVER_REASONS, AttentionReason, Contact, flagged, paused_for
from shared.model.message import Message
from shared.settings import Language
from shared.texts import text

MAX_SUMMARY_CHARACTERS = 160
# STAFF_SIGN, and the ways in which models miswrite it: formatted, with blanks, in single brackets.
_SIGN = re.compile(r"[ \t]*(?P<form>[*_~`]*)\[{1,2} *staff *\]{1,2}(?!\()(?P=form)[ \t]*", re.IGNORECASE)
_WEEK = dt.timedelta(days=6)


@dataclass(frozen=True)
class HandedOver:
    """An answer without the sign, why a person is needed (None: none is), and what the answer is to say besides."""

    answer: str
    reason: AttentionReason | None
    sentence: str = ""


def handed_over(
    answer: str,
    messages: Sequence[Message],
    settings: BusinessSettings,
    now: dt.datetime,
    language: Language,
    *,
    wants_human: bool,
) -> HandedOver:
    """Tell what an answer to these messages hands over; `wants_human` is what the extraction found."""
    plain = _SIGN.sub("", answer).strip()
    reason: AttentionReason | None = None
    if wants_human or any(asks_for_person(_said(message)) for message in messages):
        reason = "asked_for_human"
    elif _SIGN.search(answer):
        reason = "assistant_decided"
    elif promises_person(plain):
        reason = "promised_human"
    if reason is None:
        return HandedOver(plain, None)
    when = "" if tells_when(plain) else expected(settings, now, language)
    sentence = when or ("" if plain else text("expected", language, settings.business.address_form))
    return HandedOver(plain, reason, sentence)


def expected(settings: BusinessSettings, now: dt.datetime, language: Language) -> str:
    """Return the sentence that tells a customer when to expect a person; empty when the hours are not known."""
    business = settings.business
    state = opening(business.hours, business.time_zone, now)
    if state is None:
        return ""
    at, today = state.changes_at, now.astimezone(ZoneInfo(business.time_zone)).date()
    if at is None:
        return text("expected", language, business.address_form)
    days = (at.date() - today).days
    key = (
        "expected_open"
        if state.is_open
        else {0: "expected_today", 1: "expected_tomorrow"}.get(days, "expected_day")
    )
    sentence = text(key, language, business.address_form)
    return sentence.format(time=f"{at.hour}:{at:%M}", day=_day(at.date(), today, language))


def is_left_waiting(settings: BusinessSettings, now: dt.datetime) -> bool:
    """Tell whether the business lets customers wait for its staff at this hour."""
    if settings.handover.out_of_hours != "wait":
        return False
    state = opening(settings.business.hours, settings.business.time_zone, now)
    return state is not None and not state.is_open


def pause_minutes(handover: Handover, reason: AttentionReason | None) -> int | None:
    """Return for how long the assistant pauses after its answer, 0 for as long as staff like; None: it does not."""
    return handover.pause_minutes if handover.pause and reason else None


def summary_of(messages: Sequence[Message]) -> str:
    """Return the customer's last words on one line, for staff."""
    said = next((words for message in reversed(messages) if (words := spoken(message))), "")
    line = " ".join(said.split())
    return line if len(line) <= MAX_SUMMARY_CHARACTERS else f"{line[: MAX_SUMMARY_CHARACTERS - 1]}…"


def asked_late(before: Contact, after: Contact, handover: Handover, now: dt.datetime) -> Contact:
    """Hand over what an extraction found after the answer had gone, unless staff know of it already."""
    known = before.attention
    if known and known.reason in HANDOVER_REASONS:
        return flagged(after, "asked_for_human", known.at, known.summary)
    paused = handover.pause and not after.paused
    return paused_for(after, handover.pause_minutes, now) if paused else after


def _said(message: Message) -> str:
    return " ".join(filter(None, [message.text, message.transcript]))


def _day(day: dt.date, today: dt.date, language: Language) -> str:
    name = text("weekdays", language).split(", ")[day.weekday()]
    return name if day - today <= _WEEK else f"{name} {day:%d/%m}"
