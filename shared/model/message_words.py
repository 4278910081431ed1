"""Words that messages are found by: folded like those of people (shared/model/search.py), and bounded.

A message's document holds the beginnings of its words, of 3, 4, 6 and 8 letters; words of two letters whole. A
query asks for one of them, and what it finds is compared with all that was searched for. Every beginning is an
entry in two indexes, so there are at most `MAX_ENTRIES`: first the longest of each word, then shorter ones, word by
word. In a text of more than some 80 different words the later ones are found by their longest beginning alone, and
after 200 words none. What that costs: docs/scaling.md.
"""

from collections.abc import Iterable, Sequence

from shared.model.search import MAX_SEARCH_CHARACTERS, join_long_numbers, words_of

# Grows when messages are folded or indexed in another way: the sweep then gives every message its words anew.
MESSAGE_WORDS_VERSION = 1
MAX_ENTRIES = 200
_LENGTHS = (8, 6, 4, 3, 2)  # two letters only of words that have no more


def words_in(texts: Iterable[str]) -> list[str]:
    """Return the different words of some texts, in their order; a long number in groups is also one as a whole."""
    return list(
        dict.fromkeys(word for text in texts for word in (*words_of(text), *words_of(join_long_numbers(text))))
    )


def index_entries(words: Iterable[str]) -> list[str]:
    """Return what is indexed of some words; words of one letter are not."""
    longest = dict.fromkeys(index_entry(word) for word in words if len(word) > 1)
    entries = dict.fromkeys(list(longest)[:MAX_ENTRIES])
    for shorter in (entry[:length] for entry in longest for length in _LENGTHS[1:-1] if length < len(entry)):
        if len(entries) == MAX_ENTRIES:
            break
        entries[shorter] = None
    return list(entries)


def index_entry(word: str) -> str:
    """Return the longest indexed beginning of a word, by which a search finds it."""
    return next((word[:length] for length in _LENGTHS if len(word) >= length), word)


def wanted_in_messages(search: str) -> list[str]:
    """Return the words of a search, the longest first, which finds the fewest; none when it holds nothing indexed.

    A long number counts as one word, however it is spaced.
    """
    words = {word[:MAX_SEARCH_CHARACTERS] for word in words_of(join_long_numbers(search))}
    wanted = sorted(words, key=lambda word: (-len(word), word))
    return wanted if wanted and len(wanted[0]) > 1 else []


def are_among(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether each wanted word is the beginning of one of the words."""
    return all(any(word.startswith(each) for word in words) for each in wanted)
