"""The business's settings: read strictly from an owner, leniently from the store, and compared."""

import datetime as dt
from copy import deepcopy
from dataclasses import replace
from typing import Any

import holidays
import pytest

from shared.errors import InvalidError
from shared.model.business import (
    Business,
    BusinessSettings,
    CollectedField,
    OpeningHours,
    SpecialDays,
    business_json,
    changed_paths,
    read_business,
    stored_business,
)
from shared.model.hours_given import COUNTRIES

WHOLE = BusinessSettings(
    business=Business(
        name="Bottega Aurora",
        hours=OpeningHours(
            weekly={"monday": ["09:00-13:00", "15:30-19:30"], "saturday": ["18:00-02:00"]},
            special_days=[SpecialDays(day=dt.date(2026, 12, 24), hours=["09:00-13:00"], note="Vigilia")],
            holidays="IT",
        ),
    ),
    first_contact={"it": "Ciao!"},
    fields=[CollectedField(name="size", label="Taglia", type="choice", choices=["S", "M"])],
)


def test_settings_are_the_same_after_a_round_trip() -> None:
    assert read_business(business_json(WHOLE)) == WHOLE
    assert stored_business(business_json(WHOLE)) == WHOLE


def test_every_wrong_key_is_named_by_its_path() -> None:
    given = deepcopy(business_json(WHOLE))
    given["business"]["hours"]["weekly"]["monday"] = ["9 in the morning"]
    given["business"]["time_zone"] = "Rome"
    given["colour"] = "green"
    del given["budget"], given["business"]["tone"]
    given["fields"].append({"name": "Bad Name", "label": "x"})
    with pytest.raises(InvalidError) as raised:
        read_business(given)
    assert raised.value.fields.keys() == {
        "business.hours.weekly.monday.0",
        "business.time_zone",
        "colour",
        "budget",
        "business.tone",
        "fields.1.name",
    }


@pytest.mark.parametrize("given", [None, [], "x", 3, {}])
def test_what_are_no_settings_is_refused(given: object) -> None:
    with pytest.raises(InvalidError):
        read_business(given)


@pytest.mark.parametrize(
    "fields",
    [
        [{"name": "a", "label": "A"}, {"name": "a", "label": "B"}],
        [{"name": "a", "label": "A", "type": "choice"}],
        [{"name": "a", "label": "A", "choices": ["x"]}],
        [{"name": f"f{number}", "label": "A"} for number in range(21)],
    ],
)
def test_fields_that_do_not_fit_together_are_refused(fields: list[object]) -> None:
    with pytest.raises(InvalidError):
        read_business({**business_json(WHOLE), "fields": fields})


SPELLINGS = ["9:00-13:00", " 09:00 - 13:00 ", "09:00\N{EN DASH}13:00", "9-13", "9.00-13.00", "9 - 13:00"]


@pytest.mark.parametrize("given", SPELLINGS)
def test_hours_are_kept_in_one_spelling(given: str) -> None:
    assert OpeningHours(weekly={"monday": [given]}).weekly["monday"] == ["09:00-13:00"]


def test_day_that_is_said_to_be_closed_has_no_hours() -> None:
    hours = OpeningHours(weekly={"monday": ["chiuso"], "tuesday": ["Closed"], "friday": ["9-13", "20-2", "0-24"]})
    assert hours.weekly["monday"] == hours.weekly["tuesday"] == []
    assert hours.weekly["friday"] == ["09:00-13:00", "20:00-02:00", "00:00-24:00"]


@pytest.mark.parametrize("given", ["9", "9-", "25-26", "9-13-15", "9.5-13", "9:00:00-13", "900-1300"])
def test_what_are_no_hours_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        OpeningHours(weekly={"monday": [given]})


@pytest.mark.parametrize(
    ("hours", "path"),
    [
        ({"holidays": "XX"}, "holidays"),
        ({"special_days": [{"day": "2026-12-24", "until": "2026-12-23"}]}, "special_days.0.until"),
    ],
)
def test_hours_that_cannot_be_are_refused_when_written_and_read_when_stored(
    hours: dict[str, Any], path: str
) -> None:
    given = business_json(WHOLE)
    given["business"]["hours"] |= hours
    with pytest.raises(InvalidError) as refused:
        read_business(given)
    assert list(refused.value.fields) == [f"business.hours.{path}"]
    assert stored_business(given)


def test_countries_are_those_whose_holidays_are_known() -> None:
    supported = holidays.list_supported_countries(include_aliases=False)
    assert {code for code in supported if len(code) == 2} == COUNTRIES


def test_what_a_newer_version_stored_is_read() -> None:
    stored = business_json(WHOLE)
    stored["new"] = 1
    stored["business"]["address_form"] = "voi"
    stored["fields"][0]["new"] = 2
    assert stored_business(stored) == WHOLE


def test_words_and_keys_that_only_a_newer_version_knows_are_left_out_and_still_refused_of_an_owner() -> None:
    stored = business_json(WHOLE)
    stored["fields"][0]["type"] = "several"
    stored["first_contact"]["pl"] = "Cześć!"
    stored["business"]["hours"]["weekly"]["eve"] = ["09:00-13:00"]
    read = stored_business(stored)
    assert [(field.name, field.type, field.choices) for field in read.fields] == [("size", "text", ["S", "M"])]
    assert replace(read, fields=WHOLE.fields) == WHOLE
    with pytest.raises(InvalidError) as raised:
        read_business(stored)
    assert {path.split(".")[0] for path in raised.value.fields} == {"fields", "first_contact", "business"}


def test_changes_are_told_by_path() -> None:
    after = replace(WHOLE, instructions="x", business=replace(WHOLE.business, tone="warm", name="Aurora"))
    assert changed_paths(WHOLE, after) == ["business.name", "business.tone", "instructions"]
    assert changed_paths(WHOLE, WHOLE) == []
