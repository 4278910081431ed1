"""Cutting a long text into parts that WhatsApp takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.message_text import split_text

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
    assert all(parts) or parts == [""]


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
        ("x" * 60, ["x" * 25, "x" * 25, "x" * 10]),
    ],
)
def test_split_text_cuts_at_the_best_border(text, parts):
    assert split_text(text, 25) == parts
