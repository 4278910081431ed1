"""Plain text comes in several encodings, and of a long one only the beginning is wanted."""

import pytest

from functions.process.media.plain_text import CUT_OFF, MAX_CHARACTERS, plain_text


@pytest.mark.parametrize(
    "content",
    ["però".encode(), "però".encode("utf-8-sig"), "però".encode("cp1252"), "però".encode("utf-16")],
    ids=["utf-8", "utf-8 with a mark", "windows", "utf-16"],
)
def test_plain_text_comes_in_whatever_encoding_it_is(content: bytes) -> None:
    assert plain_text(content) == "però"


@pytest.mark.parametrize("sign", ["x", "è", "日", "😀"])
def test_long_text_is_cut_and_says_so(sign: str) -> None:
    assert plain_text((sign * 2 * MAX_CHARACTERS).encode()) == sign * MAX_CHARACTERS + CUT_OFF
    assert plain_text(f"a{sign * 2 * MAX_CHARACTERS}".encode()) == f"a{sign * (MAX_CHARACTERS - 1)}{CUT_OFF}"


def test_text_that_breaks_off_within_a_character_is_read_as_windows_writes_it() -> None:
    assert plain_text("è".encode()[:1]) == "Ã"


@pytest.mark.parametrize("content", [b"", b"   \n "], ids=["nothing", "blanks"])
def test_empty_text_is_none(content: bytes) -> None:
    assert plain_text(content) is None
