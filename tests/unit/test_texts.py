"""The fixed texts: all there, in every language."""

import string
from typing import get_args

import pytest

from shared.model.business import DEFAULT_FIELDS
from shared.settings import Language
from shared.texts import _texts, text
from shared.whatsapp.client import MAX_TEXT_CHARACTERS

LANGUAGES: tuple[Language, ...] = get_args(Language)
KEYS = sorted({key for language in LANGUAGES for key in _texts(language)})


def placeholders(content: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(content) if field is not None}


def test_texts_exist_for_what_the_product_says():
    said = {
        "acknowledged",
        "fallback",
        "reset",
        "help",
        "history",
        "history_empty",
        "info",
        "info_empty",
        "you",
        "we",
        "opted_out",
        "opted_in",
        "rate_limited",
    }
    assert said | {each.name for each in DEFAULT_FIELDS} | {"phone"} <= set(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_text_of_every_key_exists_in_every_language(key, language):
    content = text(key, language)
    assert content == content.strip()
    assert 0 < len(content) <= MAX_TEXT_CHARACTERS
    assert placeholders(content) == placeholders(text(key, "it"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_help_names_every_command(language):
    assert all(command in text("help", language) for command in ("/reset", "/history", "/info", "/help"))


@pytest.mark.parametrize("key", ["acknowledged", "fallback", "reset", "help", "info_empty"])
def test_text_of_each_language_is_its_own(key):
    assert len({text(key, language) for language in LANGUAGES}) == len(LANGUAGES)


def test_text_without_such_a_key_raises():
    with pytest.raises(KeyError):
        text("no_such_text", "it")
