"""The fixed texts: all there, in every language."""

import re
import string
from typing import get_args

import pytest

from functions.process.turn.commands import COMMANDS
from shared.model.business import DEFAULT_FIELDS
from shared.settings import AddressForm, Language
from shared.texts import _texts, text
from shared.whatsapp.client import MAX_TEXT_CHARACTERS

LANGUAGES: tuple[Language, ...] = get_args(Language)
KEYS = sorted({key for language in LANGUAGES for key in _texts(language)})


FORMS: tuple[AddressForm, ...] = get_args(AddressForm)


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
        "info_change",
        "info_empty",
        "privacy",
        "privacy_controller",
        "privacy_kept",
        "privacy_rights",
        "you",
        "we",
        "opted_out",
        "opted_in",
        "rate_limited",
        "first_contact",
        "privacy_notice",
        "whatsapp_name",
        "expected",
        "expected_open",
        "expected_today",
        "expected_tomorrow",
        "expected_day",
        "weekdays",
    }
    assert said | {each.name for each in DEFAULT_FIELDS} | {"phone"} <= set(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_text_of_every_key_exists_in_every_language_and_form(key, form, language):
    content = text(key, language, form)
    assert content == content.strip()
    assert 0 < len(content) <= MAX_TEXT_CHARACTERS
    assert placeholders(content) == placeholders(text(key, "it"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_help_names_every_command(language):
    assert all(command in text("help", language) for command in COMMANDS)


@pytest.mark.parametrize("key", ["acknowledged", "fallback", "reset", "help", "info_empty"])
def test_text_of_each_language_is_its_own(key):
    assert len({text(key, language) for language in LANGUAGES}) == len(LANGUAGES)


def test_text_without_such_a_key_raises():
    with pytest.raises(KeyError):
        text("no_such_text", "it")


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_in_both_forms_differs(language):
    both = [entry for entry in _texts(language).values() if not isinstance(entry, str)]
    assert all(entry.keys() == set(FORMS) and entry["lei"] != entry["tu"] for entry in both)
    assert bool(both) == (language != "en")


FAMILIAR = {
    "it": r"\b(?:tu|ti|te|tuo|tua|tuoi|tue|scusa|scrivimi\w*|aiutarti|scriverti)\b",
    "es": r"\b(?:tú|te|tu|tus|ti)\b",
    "fr": r"\b(?:tu|te|toi|ton|ta|tes)\b",
    "de": r"\b(?:du|dich|dir|dein\w*)\b",
    "pt": r"\b(?:tu|te|ti|teu|tua|teus|tuas)\b",
}


@pytest.mark.parametrize("language", FAMILIAR)
@pytest.mark.parametrize("key", KEYS)
def test_polite_text_has_no_familiar_word(key, language):
    assert re.findall(FAMILIAR[language], text(key, language, "lei"), re.IGNORECASE) == []
