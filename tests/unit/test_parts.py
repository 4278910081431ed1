"""Cutting a long text into parts that WhatsApp takes."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.process.turn.parts import split_text

WORDS = st.lists(st.sampled_from(["\n\n", "\n", ". ", " ", "word", "è", "😀", "x" * 40]), max_size=80).map("".join)


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=300, deadline=None)
@given(text=WORDS | st.text(max_size=300), limit=st.integers(8, 60))
def test_split_text_loses_only_white_space_and_fits_the_limit(text, limit):
    parts = split_text(text, limit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(len(part) <= limit for part in parts)
    assert all(part == part.strip() for part in parts)
    assert all(parts)


def test_split_text_short_stays_whole():
    assert split_text(" ciao\n\ncome va? ") == ["ciao\n\ncome va?"]
    assert split_text("x" * 4096) == ["x" * 4096]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("first line\nsame bit\n\nsecond", ["first line\nsame bit", "second"]),
        ("a first line here\na second one", ["a first line here", "a second one"]),
        ("A sentence is here. Another one.", ["A sentence is here.", "Another one."]),
        ("some words without any end here", ["some words without any", "end here"]),
        ("some words that fill exactly", ["some words that fill", "exactly"]),
        ("twenty-five letters, here and more", ["twenty-five letters, here", "and more"]),
        ("x" * 60, ["x" * 25, "x" * 25, "x" * 10]),
        (" \n ", []),
    ],
)
def test_split_text_cuts_at_the_best_border(text, parts):
    assert split_text(text, 25) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("vedi https://x.it/una.lunga/via qui", ["vedi", "https://x.it/una.lunga/via", "qui"]),
        ("scrivi a nome.cognome@x.it domani", ["scrivi a", "nome.cognome@x.it domani"]),
        ("prima di *tutto il resto* viene", ["prima di", "*tutto il resto* viene"]),
        ("la ~vecchia sede era in centro~", ["la ~vecchia sede era in", "centro~"]),
        ("```una riga\naltra```\n\npoi ancora", ["```una riga\naltra```", "poi ancora"]),
        ("ecco\n```prima riga\nseconda riga\nterza```", ["ecco\n```prima riga```", "```seconda riga\nterza```"]),
        ("e:\n\n```\nuna riga assai lunga, davvero```", ["e:", "```una riga assai```", "```lunga, davvero```"]),
    ],
)
def test_split_text_keeps_addresses_and_spans_whole(text, parts):
    assert split_text(text, 26 if "://" in text else 24) == parts


@pytest.mark.parametrize("emoji", ["👨‍👩‍👧‍👦", "👍🏽", "🇮🇹", "e\u0301", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
@pytest.mark.parametrize("before", range(8))
def test_split_text_keeps_emoji_whole(emoji, before):
    parts = split_text("x" * before + emoji * 9, 16)
    assert all(part.strip("x").count(emoji) * len(emoji) == len(part.strip("x")) for part in parts)


ADDRESS = "https://x.it/a-b?c=d"
PIECES = ["```", "\n", "\n\n", " ", ". ", "parola", "*due parole*", ADDRESS, "👨‍👩‍👧‍👦", "x" * 30]


@settings(max_examples=400, deadline=None)
@example("``` \n \n \n " + ADDRESS, 28)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join), st.integers(len(ADDRESS) + 8, 90))
def test_split_text_of_code_and_addresses_keeps_them_whole(text, limit):
    parts = split_text(text, limit)
    assert squeezed("".join(parts)).replace("`", "") == squeezed(text).replace("`", "")
    assert all(len(part) <= limit and part == part.strip() and part for part in parts)
    assert sum(part.count(ADDRESS) for part in parts) == text.count(ADDRESS)
    assert sum(part.count("👨‍👩‍👧‍👦") for part in parts) == text.count("👨‍👩‍👧‍👦")
    if text.count("```") % 2 == 0:
        assert all(part.count("```") % 2 == 0 for part in parts)
