"""Choices at the end of an answer: buttons where WhatsApp takes them, else a list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.process.turn.buttons import choices_and_parts, take_choices


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Quando?\n[[Oggi]] [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n\n[[Oggi]]\n[[Domani]]\n[[Più  tardi]]\n", ["Oggi", "Domani", "Più tardi"]),
        ("Quando?\n- [[Oggi]]\n- [[Domani]]", ["Oggi", "Domani"]),
        ("Quando? [[Oggi]] [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n[[Oggi]], [[**Domani**]].", ["Oggi", "Domani"]),
        ("Quando?[[Oggi]][[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n[[Oggi]] / [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n1. [[Oggi]]\n2. [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n1) [[Oggi]]\n2) [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n- **[[Oggi]]**\n- **[[Domani]]**", ["Oggi", "Domani"]),
        ('Quando?\n"[[Oggi]]" "[[Domani]]"', ["Oggi", "Domani"]),
        ("Quando?\n«[[Oggi]]» ([[Domani]])", ["Oggi", "Domani"]),
        ("Quando?\n[[Oggi]] o [[Domani]]", ["Oggi", "Domani"]),
        ("Quando?\n[[Oggi]], oppure [[Domani]].", ["Oggi", "Domani"]),
        ("Quando?\n[[Va bene]]", ["Va bene"]),
        ("Quando?\n[[" + "x" * 20 + "]]", ["x" * 20]),
    ],
)
def test_take_choices_at_the_end_are_buttons(text, choices):
    assert take_choices(text) == ("Quando?", choices)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quando?\n[[a]] [[b]] [[c]] [[d]]", "Quando?\n\n- a\n- b\n- c\n- d"),
        ("Quando?\n[[" + "x" * 21 + "]] [[b]]", "Quando?\n\n- " + "x" * 21 + "\n- b"),
        ("Quando?\n[[" + "😀" * 11 + "]] [[b]]", "Quando?\n\n- " + "😀" * 11 + "\n- b"),
        ("Quando?\n[[Oggi]] [[oggi]]", "Quando?\n\n- Oggi\n- oggi"),
        ("[[Oggi]] [[Domani]]", "- Oggi\n- Domani"),
    ],
)
def test_take_choices_that_cannot_be_buttons_are_a_list(text, expected):
    assert take_choices(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "above", "choices"),
    [
        ("Le va bene domani?\n\n[[Sì]] [[No]]\n\nA presto!", "Le va bene domani?\n\nA presto!", ["Sì", "No"]),
        ("Quando?\n- [[Oggi]]\n- [[Domani]]\nA presto!", "Quando?\n\nA presto!", ["Oggi", "Domani"]),
        ("[[a]] [[b]]\nScegli!", "Scegli!", ["a", "b"]),
        ("Dopo [[x]] basta.\n[[Sì]]\nGrazie", "Dopo x basta.\n\nGrazie", ["Sì"]),
        ("Sì?\n[[Sì]] o [[No]]\nGrazie", "Sì?\n\nGrazie", ["Sì", "No"]),
        ("Sì?\n[[Sì]] o forse [[No]]\nGrazie", "Sì?\nSì o forse No\nGrazie", []),
    ],
)
def test_take_choices_on_lines_of_their_own_are_buttons(text, above, choices):
    assert take_choices(text) == (above, choices)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Premi [[Oggi]] per oggi.", "Premi Oggi per oggi."),
        ("Premi [[Oggi]]", "Premi Oggi"),
        ("vedi [[1]](https://x.it)", "vedi [[1]](https://x.it)"),
        ("niente [] [x] [[]] qui [[ ]]", "niente [] [x] [[]] qui [[ ]]"),
        ("[[**]]", "- **"),
        ("Ciao\n- ", "Ciao\n- "),
        ("", ""),
    ],
)
def test_take_choices_elsewhere_are_plain_words(text, expected):
    assert take_choices(text) == (expected, [])


def test_take_choices_leaves_no_bracket_in_the_text_above_them():
    assert take_choices("Con [[x]] o senza?\n[[Con]] [[Senza]]") == ("Con x o senza?", ["Con", "Senza"])


def test_choices_and_parts_formats_the_text_and_leaves_the_titles():
    assert choices_and_parts("**Quando?**\n\n[[Oggi_1]] [[Domani]]") == (["Oggi_1", "Domani"], ["*Quando?*"])


def test_choices_and_parts_below_a_long_text_are_a_list():
    choices, parts = choices_and_parts("x" * 1024 + "\n[[Sì]] [[No]]")
    assert (choices, parts) == (["Sì", "No"], ["x" * 1024])
    choices, parts = choices_and_parts("x" * 1025 + "\n[[Sì]] [[No]]")
    assert (choices, parts) == ([], ["x" * 1025 + "\n\n- Sì\n- No"])


def test_choices_and_parts_of_several_counts_the_last_part():
    choices, parts = choices_and_parts("x" * 4096 + " Allora?\n[[Sì]] [[No]]")
    assert (choices, parts) == (["Sì", "No"], ["x" * 4096, "Allora?"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["[[", "]]", "Parola", "\n", " ", "- ", "(", "*", ".", "x" * 21]), max_size=40))
def test_choices_and_parts_of_anything_lose_no_word(pieces):
    text = "".join(pieces)
    choices, parts = choices_and_parts(text)
    sent = "".join([*parts, *choices])
    assert sent.count("Parola") == text.count("Parola")
    assert all(parts) and bool(parts) == bool(text.strip())
    assert len(choices) <= 3
