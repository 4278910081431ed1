"""What an extraction reads: the customer's own words, message by message, and our question before them."""

import bisect
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from functions.process.assistant.words import Word, plain, without_addresses, words_of
from shared.model.business import CollectedField
from shared.model.message import Message

MAX_CHARACTERS_AFTER = 200
MAX_WORDS_BEFORE = 30  # that are looked at
MAX_QUOTED_CHARACTERS = 160  # of the customer's words that a value comes from
_BREAKS = ",;!?\n()[]…\u2014\u2013"


@dataclass(frozen=True)
class Text:
    """The customer's own words in one message: what they wrote or said, without what they quote of ours."""

    message_id: str
    said_at: dt.datetime
    text: str

    @cached_property
    def words(self) -> list[Word]:
        """All words of it."""
        return words_of(self.text)

    @cached_property
    def prose(self) -> list[Word]:
        """Its words besides those of addresses."""
        return words_of(without_addresses(self.text))

    def before(self, start: int) -> list[str]:
        """Return the words that lead up to a place, within its clause, without case and accents."""
        count = bisect.bisect_right(self.words, start, key=lambda word: word.end)
        following, led = start, list[str]()
        for word in reversed(self.words[max(0, count - MAX_WORDS_BEFORE) : count]):
            if self._breaks(word, following):
                break
            led.append(word.letters)
            following = word.start
        return led[::-1]

    def clause_end(self, end: int) -> str:
        """Return the sign that ends the clause of a place, empty at the end of the text."""
        rest = self.text[end : end + MAX_CHARACTERS_AFTER]
        return next((sign for sign in rest if sign in _BREAKS or sign == "."), "")

    def after(self, end: int) -> list[str]:
        """Return the words that follow a place, within its clause, without case and accents."""
        rest = self.text[end : end + MAX_CHARACTERS_AFTER]
        stop = next((place for place, sign in enumerate(rest) if sign in _BREAKS), len(rest))
        return [word.letters for word in words_of(rest[:stop])]

    def around(self, start: int, end: int) -> str:
        """Return the sentence of a place, shortened where it is long."""
        first = max((self.text.rfind(sign, 0, start) for sign in "!?\n"), default=-1) + 1
        ends = [place for sign in "!?\n" if (place := self.text.find(sign, end)) >= 0]
        last = min(ends, default=len(self.text) - 1) + 1
        room = (MAX_QUOTED_CHARACTERS - (end - start)) // 2
        return self.text[max(first, start - room) : min(last, end + room)].strip()[:MAX_QUOTED_CHARACTERS]

    def _breaks(self, word: Word, following: int) -> bool:
        gap = self.text[word.end : following]
        if any(sign in _BREAKS for sign in gap):
            return True
        # A full stop ends a clause, unless it shortens a word ("Avv. Rossi", "J. Smith").
        return "." in gap and len(word.letters) > 4


@dataclass(frozen=True)
class Said:
    """What one extraction reads, and for which fields; `question` is our last message before it.

    `facts` are what the business says of itself: an address in them is the business's own.
    """

    texts: Sequence[Text]
    question: str = ""
    fields: Sequence[CollectedField] = field(default_factory=tuple)
    facts: str = ""

    @property
    def message_ids(self) -> list[str]:
        """Name the messages that are read."""
        return [text.message_id for text in self.texts]

    @property
    def whole(self) -> str:
        """Return all of it, a line for each message."""
        return "\n".join(text.text for text in self.texts)


def said_in(messages: Sequence[Message], question: str, fields: Sequence[CollectedField], facts: str = "") -> Said:
    """Return what customers' messages say, as an extraction reads it."""
    return Said(list(_texts(messages)), question, tuple(fields), facts)


def _texts(messages: Sequence[Message]) -> Iterator[Text]:
    for message in messages:
        own = "\n".join(filter(None, (message.text, message.transcript)))
        # A contact card is somebody else's.
        yield Text(message.id, message.at, "" if message.kind == "contacts" else plain(own))
