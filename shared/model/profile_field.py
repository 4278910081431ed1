"""What is known about a customer in one field, who said so, and what it was before."""

import datetime as dt
from dataclasses import field
from typing import Annotated, Literal

from shared.model.value import known_when_stored, value

Source = Literal["staff", "assistant"]
MAX_FORMER_VALUES = 5  # of a field, the newest
KnownSource = Annotated[Source, known_when_stored(Source, "assistant")]


@value
class FormerValue:
    """A value that a field had before, who it came from, and since and until when it held."""

    value: str
    source: KnownSource
    since: dt.datetime
    until: dt.datetime


@value
class Suggestion:
    """What a customer said of a field that staff filled in: for them to take or to dismiss."""

    value: str
    message_id: str | None = None
    words: str = ""
    at: dt.datetime


@value
class ProfileField:
    """One thing known about a customer, and who said so.

    The assistant's values tell the message that they come from and the customer's words there, those of staff
    whose they are (`author`, an e-mail address). `former` holds earlier values, the newest first. The value is
    empty where the customer took it back or staff cleared it.
    """

    value: str
    source: KnownSource
    updated_at: dt.datetime
    author: str = ""
    message_id: str | None = None
    words: str = ""
    former: list[FormerValue] = field(default_factory=list)
    suggestion: Suggestion | None = None
