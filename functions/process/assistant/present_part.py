"""The part of the instructions that changes from message to message, which comes last: now, open or closed."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from functions.process.assistant.business_part import written_spans
from functions.process.assistant.opening_hours import Opening, days_off, opening
from functions.process.assistant.transcript import written_day, written_time
from shared.model.attention import HANDOVER_REASONS
from shared.model.business import BusinessSettings
from shared.model.contact import Contact


def present_part(settings: BusinessSettings, contact: Contact, now: dt.datetime) -> str:
    """Return what holds at this moment."""
    return "\n".join(_lines(settings, contact, now))


def _lines(settings: BusinessSettings, contact: Contact, now: dt.datetime) -> Iterator[str]:
    hours, zone = settings.business.hours, settings.business.time_zone
    local = now.astimezone(ZoneInfo(zone))
    yield f"Now: {written_time(local)} ({zone})"
    state = opening(hours, zone, now)
    if state:
        yield _state(state, local)
        if not state.is_open and settings.handover.out_of_hours == "tell":
            yield "Nobody of the staff is there now: say so, and when somebody is, unless you have said it today."
    if changed := days_off(hours, zone, now):
        days = (f"{written_day(each.day)} {written_spans(list(each.spans))}{_why(each.why)}" for each in changed)
        yield "Days with other hours soon: " + "; ".join(days)
    if contact.attention and contact.attention.reason in HANDOVER_REASONS:
        yield "A colleague has been told that this customer needs a person; there is no need to promise it again."


def _state(state: Opening, local: dt.datetime) -> str:
    if state.changes_at is None:
        return f"The business is {'always open' if state.is_open else 'closed until further notice'}."
    when = _when(state.changes_at, local)
    return (
        f"The business is open now, until {when}."
        if state.is_open
        else f"The business is closed now, until {when}."
    )


def _when(at: dt.datetime, local: dt.datetime) -> str:
    return f"{at:%H:%M}" if at.date() == local.date() else written_time(at)


def _why(why: str) -> str:
    return f" ({why})" if why else ""
