"""The contact card follows the fields that the business collects, and shows where each value comes from."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.model.business import DEFAULT_FIELDS, BusinessSettings, CollectedField
from shared.model.profile_field import FormerValue, ProfileField, Suggestion
from shared.store.business import SavedBusiness
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact

AT = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
FIELDS = [
    *DEFAULT_FIELDS,
    CollectedField(name="vat", label="Partita IVA", type="vat"),
    CollectedField(name="wish", label="Cosa cerca", type="choice", choices=["Acquisto", "Affitto"]),
    CollectedField(name="day", label="Giorno", type="date"),
]
COMPANY = ProfileField(
    value="Rossi SRL",
    source="staff",
    updated_at=AT,
    author="anna@shop.it",
    former=[FormerValue(value="Rossi", source="assistant", since=AT, until=AT)],
    suggestion=Suggestion(value="Verdi SRL", message_id="m", words="ora sono della Verdi SRL", at=AT),
)


@pytest.fixture(scope="module", autouse=True)
def business(store: Store) -> BusinessSettings:
    settings = BusinessSettings(fields=FIELDS)
    store.business.save(SavedBusiness(1, settings, "owner@shop.it", utc_now(), []))
    return settings


def by_name(profile: Any) -> dict[str, Any]:
    return {field["name"]: field for field in profile["fields"]}


def test_card_has_the_fields_that_the_business_collects(
    staff: Staff, store: Store, business: BusinessSettings
) -> None:
    contact = add_contact(store, profile={"company": COMPANY})
    profile = staff.get(f"/api/profile/{contact.id}")
    assert [field["name"] for field in profile["fields"]] == [each.name for each in business.fields]
    assert profile["missing"] == ["first_name", "last_name", "email", "vat", "wish", "day"]
    wish = by_name(profile)["wish"]
    assert (wish["label"], wish["type"], wish["choices"]) == ("Cosa cerca", "choice", ["Acquisto", "Affitto"])


def test_card_shows_where_a_value_comes_from(staff: Staff, store: Store, business: BusinessSettings) -> None:
    first = ProfileField(value="Ugo", source="assistant", updated_at=AT, message_id="m1", words="sono Ugo")
    contact = add_contact(store, profile={"company": COMPANY, "first_name": first})
    fields = by_name(staff.get(f"/api/profile/{contact.id}"))
    assert (fields["first_name"]["message_id"], fields["first_name"]["words"]) == ("m1", "sono Ugo")
    company = fields["company"]
    assert company["author"] == "anna@shop.it"
    assert [each["value"] for each in company["former"]] == ["Rossi"]
    assert (company["suggestion"]["value"], company["suggestion"]["message_id"]) == ("Verdi SRL", "m")


def test_custom_field_is_changed_in_its_own_spelling(
    staff: Staff, store: Store, business: BusinessSettings
) -> None:
    contact = add_contact(store)
    changes = {"vat": "IT 01234567897", "wish": "affitto", "day": "12/3/2027"}
    fields = by_name(staff.do("PATCH", f"/api/profile/{contact.id}", changes))
    assert [fields[name]["value"] for name in changes] == ["IT01234567897", "Affitto", "2027-03-12"]
    assert fields["vat"]["author"] and fields["vat"]["source"] == "staff"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"vat": "01234567890"}, "vat"),
        ({"wish": "Villa"}, "wish"),
        ({"day": "domani"}, "day"),
        ({"shoe_size": "42"}, "shoe_size"),
        ({"dismiss": ["shoe_size"]}, "shoe_size"),
        ({"dismiss": "company"}, "dismiss"),
        ({"vat": 7}, "vat"),
    ],
)
def test_value_that_is_none_of_its_type_is_named_and_changes_nothing(
    staff: Staff, store: Store, body: Any, name: str
) -> None:
    contact = add_contact(store, profile={"company": COMPANY})
    answer = staff.call("PATCH", f"/api/profile/{contact.id}", {"first_name": "Ugo", **body})
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["fields"]) == [name]
    left = store.contacts.get(contact.id)
    assert left is not None and left.profile == contact.profile


def test_suggestion_is_taken_and_the_former_value_stays_visible(
    staff: Staff, store: Store, business: BusinessSettings
) -> None:
    contact = add_contact(store, profile={"company": COMPANY})
    company = by_name(staff.do("PATCH", f"/api/profile/{contact.id}", {"company": "Verdi SRL"}))["company"]
    assert (company["value"], company["source"], company["suggestion"]) == ("Verdi SRL", "staff", None)
    assert [each["value"] for each in company["former"]] == ["Rossi SRL", "Rossi"]


def test_suggestion_is_dismissed(staff: Staff, store: Store, business: BusinessSettings) -> None:
    contact = add_contact(store, profile={"company": COMPANY})
    company = by_name(staff.do("PATCH", f"/api/profile/{contact.id}", {"dismiss": ["company"]}))["company"]
    assert (company["value"], company["suggestion"]) == ("Rossi SRL", None)


def test_what_is_collected_no_more_stays_visible_and_can_be_cleared(
    staff: Staff, store: Store, business: BusinessSettings
) -> None:
    contact = add_contact(store, profile={"old_thing": replace(COMPANY, value="x", former=[], suggestion=None)})
    path = f"/api/profile/{contact.id}"
    assert by_name(staff.get(path))["old_thing"]["label"] == "Old thing"
    assert "old_thing" not in by_name(staff.do("PATCH", path, {"old_thing": None}))


def test_search_finds_custom_values(staff: Staff, store: Store, business: BusinessSettings) -> None:
    contact = add_contact(store)
    staff.do("PATCH", f"/api/profile/{contact.id}", {"vat": "01234567897"})
    found = staff.get("/api/conversations", q="0123456789")
    assert [each["id"] for each in found["conversations"]] == [contact.id]
