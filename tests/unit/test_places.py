"""The list of the places where a person is names every collection that there is."""

import re
from pathlib import Path

import pytest

from shared.model.ids import identity_id
from shared.store.places import PLACES, Person, is_about

STORE = Path(__file__).parents[2] / "shared" / "store"
COLLECTION = re.compile(r"\.collection\(\"(\w+)\"\)")
BELOW = {"chunks": "files/chunks", "versions": "settings/versions"}
ROSSI = Person(
    ("c",), frozenset({identity_id("phone", "+5511987654321"), identity_id("user_id", "BR.1349") + " with a key"})
)


def test_every_collection_of_the_store_is_a_place() -> None:
    """Whoever adds a collection has to say what of a person it holds, so that erasing and exporting find it."""
    named = {name for path in STORE.glob("*.py") for name in COLLECTION.findall(path.read_text(encoding="utf-8"))}
    assert {BELOW.get(name, name) for name in named} == {place.collection for place in PLACES}


def test_place_that_holds_something_of_a_person_is_found_or_below_one_that_is() -> None:
    found = {place.collection for place in PLACES if place.find}
    for place in PLACES:
        assert bool(place.holds) == bool(place.find or place.below in found), place.collection


@pytest.mark.parametrize(
    ("payload", "is_theirs"),
    [
        ('{"from": "5511987654321"}', True),
        ('{"from": "551187654321"}', True),  # the same number without its 9
        ('{"from_user_id": "BR.1349"}', True),
        ('{"from_user_id": "BR.13490", "from": "5511987654322", "timestamp": "1790000000"}', False),
        ("{}", False),
    ],
)
def test_event_is_a_persons_when_it_names_a_number_or_user_id_of_theirs(payload: str, is_theirs: bool) -> None:
    assert is_about(ROSSI, payload, lambda name: f"{name} with a key") == is_theirs
