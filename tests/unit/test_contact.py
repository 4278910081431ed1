"""What a contact knows about itself: computed, never stored."""

import datetime as dt
from typing import Any

import pytest

from shared.model.business import DEFAULT_FIELDS
from shared.model.contact import Contact, reply_language
from shared.model.profile import missing
from shared.model.profile_field import ProfileField

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def contact(**fields: Any) -> Contact:
    profile: dict[str, ProfileField] = {
        name: ProfileField(value=str(fields.pop(name)), source="staff", updated_at=NOW)
        for name in ("first_name", "last_name", "company", "email", "car")
        if name in fields
    }
    return Contact(id="c", created_at=NOW, profile=profile, **fields)


def test_missing_of_a_new_contact_is_everything_in_order():
    assert missing(contact(), DEFAULT_FIELDS) == ["first_name", "last_name", "company", "email"]


def test_missing_is_what_is_not_known():
    assert missing(contact(first_name="Mario", email="m@rossi.it"), DEFAULT_FIELDS) == ["last_name", "company"]
    assert missing(contact(first_name="a", last_name="b", company="c", email="d"), DEFAULT_FIELDS) == []
    assert missing(contact(first_name="a"), DEFAULT_FIELDS[:1]) == []


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_name": "Mario", "last_name": "Rossi", "whatsapp_name": "M"}, "Mario Rossi"),
        ({"last_name": "Rossi", "whatsapp_name": "M"}, "Rossi"),
        ({"whatsapp_name": "M", "username": "mario"}, "M"),
        ({"username": "mario", "phone": "+393331234567"}, "mario"),
        ({"phone": "+393331234567"}, "+39 333 123 4567"),
        ({"user_id": "IT.1349"}, ""),
    ],
)
def test_name_is_the_best_one_known(fields, name):
    assert contact(**fields).name == name


@pytest.mark.parametrize("state", ["paused", "blocked", "opted_out"])
def test_muted_by_any_of_three(state):
    assert contact(**{state: True}).muted
    assert not contact().muted


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"language": "fr", "phone": "+393331234567"}, "fr"),
        ({"phone": "+393331234567"}, "it"),
        ({"phone": "+4915112345678"}, "de"),
        ({"phone": "+5511987654321"}, "pt"),
        ({"phone": "+34612345678"}, "es"),
        ({"phone": "+15550001111"}, "en"),
        ({"phone": "+81312345678"}, "en"),
        ({"phone": "+0"}, "en"),
        ({"language": "ru"}, "en"),
        ({"language": "ru", "phone": "+33612345678"}, "fr"),
        ({"user_id": "IT.1349"}, "en"),
        ({}, "en"),
    ],
)
def test_reply_language_is_the_customers_the_phones_or_the_default(fields, language):
    assert reply_language(contact(**fields), "en") == language


def test_search_words_begin_every_word_staff_may_type():
    words = contact(
        first_name="Mario",
        last_name="Rossi",
        company="Rossi & Figli",
        email="mario@rossi.it",
        phone="+393331234567",
        whatsapp_name="Il Mario",
        car="Alfa Giulietta",
    ).search_words
    assert {
        "m",
        "mario",
        "ros",
        "rossi",
        "figli",
        "it",
        "333123",
        "4567",
        "39333",
        "393331234567",
        "il",
        "giulie",
    } <= set(words)
    assert words == sorted(set(words))
    assert all(word == word.lower() and len(word) <= 15 for word in words)
    assert "" not in words
