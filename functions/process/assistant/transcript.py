"""Messages as the model reads them: what was said, and in brackets what can only be described.

Brackets are ours alone: those in a customer's words become round ones, and names of what they send are quoted, so
that nobody can forge a note.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from shared.model.kinds import TEXT_KINDS
from shared.model.message import Message

NOT_OPENED = "could not be opened"
TOO_LARGE = "is too large to be read"
TOLD_AFTER = dt.timedelta(hours=1)  # without a message, the next one carries its time
MAX_NAME_CHARACTERS = 100  # of a file, a product, an advertisement
_DESCRIPTIONS = {
    "location": "location",
    "contacts": "contact card",
    "order": "order from the catalogue",
    "request_welcome": "the customer opened the chat for the first time: greet them",
}
_SQUARE = (
    "[]\uff3b\uff3d\u3010\u3011\u3014\u3015\u3016\u3017\u301a\u301b\u27e6\u27e7\u27ec\u27ed\u2045\u2046\u2772\u2773"
    "\u298b\u298c\u298d\u298e\u298f\u2990\u2997\u2998\ufe39\ufe3a\ufe47\ufe48\ufe5d\ufe5e"
)  # and what looks like them
_ROUND = str.maketrans(_SQUARE, "()" * (len(_SQUARE) // 2))
_GAP = "[…]"  # stands where a text was too long (functions/process/assistant/kept_text.py)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Clock:
    """The business's clock, which tells the time of a message that comes after a pause.

    `previous` is when something was said last, None when nobody knows, or nothing was. What we wrote ourselves
    carries no time, which the model would begin its own answers with; the next message of the customer's does.
    """

    def __init__(self, zone: str, previous: dt.datetime | None = None) -> None:
        self._zone = ZoneInfo(zone)
        self._known = previous

    def note(self, message: Message) -> str:
        """Return the note that a message begins with, empty when it needs none."""
        known, self._known = self._known or message.at, message.at
        if message.at - known <= TOLD_AFTER:
            return ""
        if message.direction == "out":
            self._known = known
            return ""
        return f"[{written_time(message.at.astimezone(self._zone))}] "


def written_time(at: dt.datetime) -> str:
    """Write a time as the model reads it, such as `Saturday 28 November 2026, 10:15`."""
    return f"{written_day(at.date())}, {at:%H:%M}"


def written_day(day: dt.date) -> str:
    """Write a day as the model reads it, whatever the machine's language."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def spoken(message: Message, *, unread: str = "") -> str:
    """Return a message's words; `unread` tells why its file is not given along, such as NOT_OPENED."""
    notes = [] if message.direction == "out" else _circumstances(message)
    if message.kind not in TEXT_KINDS:
        notes.append(_description(message, unread))
    bracketed = [f"[{note}]" for note in notes if note]
    words = [message.transcript, message.text]
    if message.direction == "in":
        words = [without_brackets(each or "") for each in words]
    return " ".join(filter(None, [*bracketed, *words]))


def spoken_change(message: Message) -> str:
    """Return what a reaction or an edit tells the model that comes after the fact."""
    about, text = quoted(message.quoted.text if message.quoted else ""), without_brackets(message.text)
    if message.kind == "reaction":
        return f"[the customer reacted {text} to {about}]"
    cut = [f"[{_cut(message)}]"] if message.cut else []
    return " ".join([f"[the customer changed an earlier message, {about}, to:]", *cut, text])


def without_brackets(text: str) -> str:
    """Make square brackets round ones; what stands for characters that were left out stays."""
    return _GAP.join(part.translate(_ROUND) for part in text.split(_GAP))


def quoted(text: str) -> str:
    """Quote what somebody else may have chosen, on one line, so that it cannot pass for words of ours."""
    told = " ".join(without_brackets(text).replace('"', "'").split())
    return f'"{told}"'


def speech(speaker: str, words: str) -> str:
    """Write what somebody says as a dialogue has it; further lines are indented, so that none names a speaker."""
    return f"{speaker}: " + "\n    ".join(words.splitlines())


def file_name(given: str) -> str:
    """Return the name that a customer gave to something, on one line, without brackets."""
    return " ".join(without_brackets(given).split())[:MAX_NAME_CHARACTERS]


def _circumstances(message: Message) -> list[str]:
    notes = []
    if message.referral:
        notes.append(f"came from the advertisement {quoted(file_name(message.referral.headline or ''))}")
    if message.product:
        notes.append(f"about the product {quoted(file_name(message.product))}")
    if message.forwarded:
        notes.append("forwarded")
    # A pressed button quotes the question that it answers, which is in the conversation already.
    if message.quoted and message.quoted.text and message.kind != "interactive":
        notes.append(f"in reply to {quoted(message.quoted.text)}")
    return [*notes, *([_cut(message)] if message.cut else [])]


def _cut(message: Message) -> str:
    return f"too long: {message.cut} characters are left out where {_GAP} stands"


def _description(message: Message, unread: str) -> str:
    media = message.media
    if message.kind == "template":
        return ""
    if media is None:
        return _DESCRIPTIONS.get(message.kind, message.kind)
    what = "voice note" if media.voice else message.kind
    name = f" {quoted(file_name(media.filename))}" if media.filename else ""
    length = f", {media.seconds:.0f} s" if media.seconds else ""
    return f"{what}{name}{length}{_problem(message, unread) if unread else ''}"


def _problem(message: Message, unread: str) -> str:
    if message.transcript:
        return ""
    return ", which only colleagues can watch" if message.kind == "video" else f", which {unread}"
