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
from functions.process.assistant.person_words import asks_for_person, promises, promises_person, tells_when
from functions.process.assistant.transcript import spoken
from shared.model.attention import HANDOVER_REASONS, AttentionReason
from shared.model.business import Business, BusinessSettings, Handover
from shared.model.contact import Contact, flagged, paused_for
from shared.model.message import Message
from shared.settings import Language
from shared.texts import text

MAX_SUMMARY_CHARACTERS = 160
# STAFF_SIGN, and the ways in which models miswrite it: formatted, with blanks, in single brackets.
_SIGN = re.compile(r"[ \t]*(?P<form>[*_~`]*)\[{1,2} *staff *\]{1,2}(?!\()(?P=form)[ \t]*", re.IGNORECASE)
_WEEK = dt.timedelta(days=6)

# The days and hours that answers name in six languages, as `promises` writes them; days by how far off they are.
_DAYS = (
    (2, r"dopodomani|day\s+after\s+tomorrow|pasado\s+manana|apres-demain|ubermorgen|depois\s+de\s+amanha"),
    (1, r"domani|domattina|tomorrow|(?<!la\s)(?<!esta\s)manana|demain|(?<!am\s)(?<!heute\s)morgen|amanha"),
    (0, r"oggi|stamattina|stasera|today|tonight|this\s+(?:morning|afternoon|evening)|hoy|aujourd'hui|heute|hoje"),
)
_WEEKDAYS = (
    r"lunedi|monday|lunes|lundi|montag|segunda",
    r"martedi|tuesday|martes|mardi|dienstag|terca",
    r"mercoledi|wednesday|miercoles|mercredi|mittwoch|quarta",
    r"giovedi|thursday|jueves|jeudi|donnerstag|quinta",
    r"venerdi|friday|viernes|vendredi|freitag|sexta",
    r"sabato|saturday|sabado|samedi|samstag",
    r"domenica|sunday|domingo|dimanche|sonntag",
)
_PARTS = (
    (
        dt.time(6),
        dt.time(12, 59),
        r"\w*mattin[ao]|mattinata|morning|la\s+manana|esta\s+manana|matin|vormittag|fruh|manha",
    ),
    (dt.time(13), dt.time(18), r"pomeriggio|afternoon|la\s+tarde|apres-midi|nachmittag|a\s+tarde"),
    (dt.time(18, 1), dt.time(23, 59), r"sera|stasera|serata|evening|tonight|la\s+noche|soir|abend|noite"),
)
_ALL_DAY = (dt.time(), dt.time(23, 59))
_CLOCK = re.compile(
    r"\b(?:(\d{1,2})[:.h](\d{2})|(?:alle|dalle|ore|at|from|las|des|ab|um|as|das)\s+(\d{1,2})(?:h|\s*uhr)?)(?:\s*([ap])\.?m)?\b"
)
_CLAUSES = re.compile(r"[,;:](?!\d)|\b(?:ma|but|pero|mais|aber|mas)\b")
_CLOSED = re.compile(r"\b(?:chius\w+|closed|cerrad\w+|ferme\w*|geschlossen|fechad\w+)\b")


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
    when = "" if _may_stay(plain, settings, now) else expected(settings, now, language)
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


def _may_stay(answer: str, settings: BusinessSettings, now: dt.datetime) -> bool:
    """Tell whether an answer says when a person sees to it; out of hours, by the opening hours."""
    business = settings.business
    state = opening(business.hours, business.time_zone, now)
    if state is None or state.is_open:
        return tells_when(answer)
    here = now.astimezone(ZoneInfo(business.time_zone))
    named = [times for sentence in promises(answer) for times in _named(sentence, here)]
    return bool(named) and all(_is_open_within(business, here, *times) for times in named)


def _is_open_within(business: Business, now: dt.datetime, start: dt.datetime, end: dt.datetime) -> bool:
    if end < now:
        return False
    state = opening(business.hours, business.time_zone, max(start, now))
    return state is not None and (state.is_open or (state.changes_at is not None and state.changes_at <= end))


def _named(sentence: str, now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return from when until when a promise may be kept, for each day that it names (today: an hour alone)."""
    said = " , ".join(clause for clause in _CLAUSES.split(sentence) if not _CLOSED.search(clause))
    days, hours = _days_named(said, now.date()), _hours_named(said)
    if not days and hours is None:
        return []
    start, end = hours or _ALL_DAY
    return [
        (dt.datetime.combine(day, start, now.tzinfo), dt.datetime.combine(day, end, now.tzinfo))
        for day in days or [now.date()]
    ]


def _days_named(said: str, today: dt.date) -> list[dt.date]:
    found = []
    for days, names in _DAYS:
        said, times = re.subn(rf"\b(?:{names})\b", " ", said)
        found += [days] if times else []
    for weekday, names in enumerate(_WEEKDAYS):
        found += [(weekday - today.weekday()) % 7] if re.search(rf"\b(?:{names})\b", said) else []
    return [today + dt.timedelta(days=days) for days in found]


def _hours_named(said: str) -> tuple[dt.time, dt.time] | None:
    """Return the hour that is named first, or else the part of the day."""
    if clock := _CLOCK.search(said):
        hour, minute = int(clock[1] or clock[3]), int(clock[2] or 0)
        hour += 12 if clock[4] == "p" and hour < 12 else 0
        if hour < 24 and minute < 60:
            return dt.time(hour, minute), dt.time(hour, minute)
    return next(((start, end) for start, end, names in _PARTS if re.search(rf"\b(?:{names})\b", said)), None)


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
