"""The limit on how much one customer may ask, so that a stranger cannot run up the business's bill."""

import datetime as dt
from dataclasses import replace

from shared.model.business import Limits
from shared.model.contact import Contact, Rate


def count_message(contact: Contact, now: dt.datetime) -> Rate:
    """Return the contact's counters with one more message in the present minute and day (UTC)."""
    minute = now.replace(second=0, microsecond=0)
    day = minute.replace(hour=0, minute=0)
    rate = contact.rate or Rate(minute=minute, day=day)
    return replace(
        rate,
        minute=minute,
        in_minute=rate.in_minute + 1 if rate.minute == minute else 1,
        day=day,
        in_day=rate.in_day + 1 if rate.day == day else 1,
    )


def is_over(rate: Rate, limits: Limits) -> bool:
    """Tell whether a customer sent more than is answered; a limit of 0 is none."""
    over_minute = 0 < limits.messages_per_minute < rate.in_minute
    over_day = 0 < limits.messages_per_day < rate.in_day
    return over_minute or over_day


def was_told(rate: Rate) -> bool:
    """Tell whether the customer learnt of the limit today: once a day is enough."""
    return rate.told_at is not None and rate.told_at >= rate.day
