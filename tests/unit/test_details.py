"""The extraction's schema: made of the business's fields, strict, and patient with what other servers answer."""

import json
from typing import Any

import pytest
from openai.lib._pydantic import to_strict_json_schema
from pydantic import ValidationError

from functions.process.assistant.details import ContactDetails, details_schema, read_details
from local.openai_simulator.structured import check_strict_schema, filled
from shared.model.business import DEFAULT_FIELDS, BusinessSettings, CollectedField, business_json, read_business

FIELDS = [
    *DEFAULT_FIELDS,
    CollectedField(name="schema", label="Schema", description="which plan the customer has"),
    CollectedField(name="wish", label="Desiderio", type="choice", choices=["Acquisto", "Affitto", "Acquisto"]),
    CollectedField(name="guests", label="Persone", type="number"),
]


def read(given: Any) -> ContactDetails:
    return read_details(json.dumps(given), FIELDS)


@pytest.mark.parametrize("fields", [FIELDS, DEFAULT_FIELDS, []])
def test_schema_is_strict(fields: list[CollectedField]) -> None:
    schema = to_strict_json_schema(details_schema(fields))
    check_strict_schema(schema, "details")
    assert schema["required"] == [*(each.name for each in fields), "language", "wants_human", "no_longer"]
    assert "default" not in json.dumps(schema)
    assert read_details(filled(schema, {"wants_human": "true"}), fields).wants_human


def test_schema_tells_the_model_what_each_field_is() -> None:
    schema = to_strict_json_schema(details_schema(FIELDS))
    assert schema["properties"]["schema"]["description"].startswith("which plan the customer has")
    assert schema["properties"]["wish"]["anyOf"][0]["enum"] == ["Acquisto", "Affitto"]
    assert schema["properties"]["guests"]["description"].startswith("Persone")
    assert "null" in schema["description"] and "None" not in json.dumps(schema)


def test_answer_without_newer_keys_is_read() -> None:
    given = {"first_name": "Ugo", "last_name": None, "company": "", "email": None, "language": "it"}
    expected = ContactDetails(values={"first_name": "Ugo"}, language="it", wants_human=True)
    assert read_details(json.dumps({**given, "wants_human": True}), DEFAULT_FIELDS) == expected
    assert read({}) == ContactDetails(values={})
    assert not read({}).says_something


@pytest.mark.parametrize("odd", [7, ["Ugo"], {"a": 1}, True, 1.5, "x" * 2000, "  "])
def test_odd_value_costs_only_itself(odd: Any) -> None:
    given = {
        "first_name": odd,
        "wish": odd,
        "language": odd,
        "wants_human": odd,
        "no_longer": odd,
        "email": "a@b.it",
    }
    found = read(given)
    assert found.values.get("email") == "a@b.it"
    assert "wish" not in found.values and found.language is None and found.no_longer == ()
    assert found.wants_human is (odd is True)


def test_values_are_read_by_their_type() -> None:
    found = read(
        {"wish": "affitto ", "guests": 4, "no_longer": ["email", "email", 3, "nobody"], "language": "IT-it"}
    )
    assert found == ContactDetails(values={"wish": "Affitto", "guests": "4"}, language="it", no_longer=("email",))


@pytest.mark.parametrize("given", ["", "nix", "[]", "null", '{"first_name": '])
def test_answer_that_is_no_object_is_an_error(given: str) -> None:
    with pytest.raises(ValidationError):
        read_details(given, FIELDS)


@pytest.mark.parametrize("name", ["language", "wants_human", "no_longer", "notes", "dismiss", "seen"])
def test_field_whose_name_means_something_else_is_refused(name: str) -> None:
    given = business_json(BusinessSettings())
    given["fields"][0]["name"] = name
    with pytest.raises(Exception, match="not valid"):
        read_business(given)
