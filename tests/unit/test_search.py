"""How people are found, whatever is typed of their name or number."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.contact import Contact
from shared.model.profile_field import ProfileField
from shared.model.search import beginnings, wanted_words, words_of

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def found(contact: Contact, search: str) -> bool:
    return set(contact.search_words).issuperset(wanted_words(search))


def named(name: str, phone: str = "+393205550188", **profile: str) -> Contact:
    fields = {key: ProfileField(value=value, source="staff", updated_at=NOW) for key, value in profile.items()}
    return Contact(id="c", created_at=NOW, whatsapp_name=name, phone=phone, profile=fields)


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("José Muñoz", "jose"),
        ("José Muñoz", "MUNOZ jo"),
        ("José Muñoz", "josé"),
        ("Niccolò D\N{RIGHT SINGLE QUOTATION MARK}Angelo", "angelo"),
        ("Niccolò D\N{RIGHT SINGLE QUOTATION MARK}Angelo", "d'angelo niccolo"),
        ("sofia.rame", "rame"),
        ("Anna-Maria", "maria"),
        ("Müller", "muller"),
        ("Weiß", "weiss"),
        ("Søren Łukasz", "soren lukasz"),
        ("NICCOLO\u0300", "niccolò"),
        ("Ёлкина Анна", "елкина"),
    ],
)
def test_person_is_found_by_the_name_without_its_signs(name: str, search: str) -> None:
    assert found(named(name), search)


@pytest.mark.parametrize(
    "search",
    ["+39 320 555 0188", "320 555 0188", "320555", "3205550188", "0188", "39320", "0039 320 5550188", "(320) 555"],
)
def test_person_is_found_by_the_number_as_it_is_shown_and_its_parts(search: str) -> None:
    assert found(named("Maria"), search)


@pytest.mark.parametrize("search", ["320 556", "1234", "mar 0189", "+40 320"])
def test_another_number_is_not_found(search: str) -> None:
    assert not found(named("Maria"), search)


def test_name_and_number_together_are_found() -> None:
    assert found(named("Maria Rossi"), "rossi 320 555")


def test_address_is_found_by_its_domain() -> None:
    assert found(named("Maria", email="info@ferramenta-rossi.it"), "ferramenta")
    assert found(named("Maria", email="info@ferramenta-rossi.it"), "info@ferramenta-rossi.it")


@given(st.text(max_size=40))
def test_whoever_is_searched_by_their_whole_name_is_found(name: str) -> None:
    assert set(beginnings(words_of(name))).issuperset(word[:15] for word in words_of(name))


def test_search_of_signs_alone_finds_everybody() -> None:
    assert wanted_words(" +-' ") == []
