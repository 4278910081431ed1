"""By which words a message is found, and how many of them its document holds."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.message import Media, Message, with_words
from shared.model.message_words import (
    MAX_ENTRIES,
    are_among,
    index_entries,
    index_entry,
    wanted_in_messages,
    words_in,
)
from tests.emulator.makers import NOW, make_message


def found(message: Message, search: str) -> bool:
    """Whether the index leads to the message, and the message then fits."""
    wanted = wanted_in_messages(search)
    indexed = index_entries(message.words)
    return bool(wanted) and index_entry(wanted[0]) in indexed and are_among(wanted, message.words)


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("Vorrei del miele di castagno", "castagno"),
        ("Vorrei del miele di castagno", "cast miel"),
        ("Vorrei del miele di castagno", "casta"),
        ("Vorrei del miele di castagno", "castagn"),
        ("Perché no?", "perche"),
        ("Dall'orto", "ORTO"),
        ("Costa 45 euro", "45"),
        ("ok", "ok"),
        ("Chiamami al 320 555 0188", "3205550188"),
        ("Chiamami al 3205550188", "320 555 0188"),
        ("Chiamami al 320 555 0188", "320 555 0188"),
        ("Vengo il 12/05 alle 10", "alle 10"),
        ("Ordine 10 30 pezzi", "ordine 10 30"),
        ("straordinariamente", "straordinariamente"),
    ],
)
def test_message_is_found_by_the_beginnings_of_its_words(text: str, search: str) -> None:
    assert found(make_message("m", text=text), search)


@pytest.mark.parametrize("search", ["noci", "miele noci", "stagno", "m", "", "?!", "castagnola"])
def test_message_is_not_found_by_others(search: str) -> None:
    assert not found(make_message("m", text="Vorrei del miele di castagno"), search)


def test_message_is_found_by_its_transcript_and_the_name_of_its_file() -> None:
    assert found(make_message("m", text="", kind="audio", transcript="arrivo domani"), "domani")
    media = Media(filename="preventivo_maggio.pdf")
    assert found(make_message("m", text="Ecco", kind="document", media=media), "maggio ecco")


def test_message_that_was_revoked_or_is_shown_on_another_has_no_words() -> None:
    assert make_message("m", text="segreto", revoked_at=NOW).words == []
    assert make_message("m", text="dopo", kind="edit", target_id="other").words == []
    assert make_message("m", text="dopo", kind="edit").words == ["dopo"]


def test_words_follow_a_change_of_the_text() -> None:
    message = make_message("m", text="miele")
    assert with_words(message, {"text": "noci"})["search"] == index_entries(["noci"])
    assert with_words(message, {"revoked_at": NOW + dt.timedelta(seconds=1)})["search"] == []


def test_long_text_is_found_by_whole_words_and_has_bounded_entries() -> None:
    message = make_message("m", text=" ".join(f"{number:03}parola" for number in range(190)))
    assert len(index_entries(message.words)) == MAX_ENTRIES
    assert found(message, "189parola")


@given(st.text(max_size=400))
def test_any_text_is_found_by_each_of_its_first_words(text: str) -> None:
    words = [word for word in words_in([text]) if len(word) > 1][:40]
    entries = index_entries(words_in([text]))
    assert len(entries) <= MAX_ENTRIES
    assert all(index_entry(word) in entries for word in words)
