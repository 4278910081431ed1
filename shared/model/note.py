"""A note of staff about a customer: what colleagues are to know, and the customer never sees."""

import datetime as dt

from shared.model.value import value

MAX_NOTE_CHARACTERS = 4_000


@value
class Note:
    """One note; `author` is an e-mail address, empty of one whose author nobody knows."""

    id: str
    contact_id: str
    text: str
    author: str
    for_assistant: bool = False
    at: dt.datetime
