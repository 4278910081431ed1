"""What the model extracts: tidied, checked, and never over what staff entered."""

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

import pytest

from functions.process.assistant.extraction import ContactDetails, apply_details
from shared.model.contact import PROFILE_FIELDS, Contact, ProfileField
from shared.model.email_address import normal_email

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
BEFORE = NOW - dt.timedelta(days=1)
NOTHING: dict[str, Any] = dict.fromkeys(("first_name", "last_name", "company", "email", "language"))


def details(**said: Any) -> ContactDetails:
    return ContactDetails.model_validate({**NOTHING, "wants_human": False, **said})


def contact(**profile: tuple[str, Literal["staff", "assistant"]]) -> Contact:
    entries: dict[str, ProfileField] = {
        name: ProfileField(value=profile[name][0], source=profile[name][1], updated_at=BEFORE)
        for name in PROFILE_FIELDS
        if name in profile
    }
    return Contact(id="c", created_at=BEFORE, profile=entries)


def known(before: Contact, said: ContactDetails) -> Contact:
    return apply_details(before, said, NOW)


def test_details_all_given_become_the_profile():
    said = details(
        first_name="Mario", last_name="Rossi", company="Rossi SRL", email="mario@rossi.it", language="it"
    )
    after = known(contact(), said)
    assert {name: entry.value for name, entry in after.profile.items()} == {
        "first_name": "Mario",
        "last_name": "Rossi",
        "company": "Rossi SRL",
        "email": "mario@rossi.it",
    }
    assert {entry.source for entry in after.profile.values()} == {"assistant"}
    assert after.language == "it"
    assert after.missing == []


def test_details_of_nothing_change_nothing():
    before = contact(first_name=("Mario", "assistant"))
    assert known(before, details()) == before


def test_details_never_overrule_staff():
    before = contact(first_name=("Mario", "staff"), company=("Alt SRL", "assistant"))
    after = known(before, details(first_name="Luigi", company="Neu SRL"))
    assert after.profile["first_name"] == before.profile["first_name"]
    assert after.known("company") == "Neu SRL"


def test_details_repeated_keep_the_time_they_were_first_said():
    before = contact(first_name=("Mario", "assistant"))
    assert known(before, details(first_name="Mario")) == before


def test_details_bad_address_is_dropped_and_costs_nothing_else():
    said = details(first_name="Mario", email="mario at rossi")
    assert said.email is None
    assert said.first_name == "Mario"


@pytest.mark.parametrize("value", ["", "  ", "\n", "x" * 121])
def test_details_blank_or_too_long_are_dropped(value):
    said = details(first_name=value, company=value)
    assert (said.first_name, said.company) == (None, None)


def test_details_are_tidied():
    assert details(first_name="  Anna \n Maria ").first_name == "Anna Maria"


@pytest.mark.parametrize(
    ("given", "code"),
    [("it", "it"), ("IT", "it"), ("pt-BR", "pt"), (" en ", "en"), ("ru", None), ("", None), (None, None)],
)
def test_details_language_is_one_of_ours_or_none(given, code):
    assert details(language=given).language == code


def test_details_language_not_said_keeps_the_one_known():
    before = replace(contact(), language="de")
    assert known(before, details(language=None)).language == "de"


def test_details_wish_for_a_person_asks_for_attention():
    after = known(contact(), details(wants_human=True))
    assert after.attention is not None
    assert after.attention.reason == "asked_for_human"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("mario@rossi.it", "mario@rossi.it"),
        ("Mario@ROSSI.it", "Mario@rossi.it"),
        ("mario@", None),
        ("@rossi.it", None),
        ("mario rossi.it", None),
        ("mario@rossi", None),
        ("a@b.it, c@d.it", None),
    ],
)
def test_normal_email_is_an_address_or_none(written, normal):
    assert normal_email(written) == normal
