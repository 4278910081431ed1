"""What an extraction did not read is read by the next one; what is asked is counted with the answer that asks."""

from dataclasses import replace
from typing import Any

import pytest

from functions.process.assistant.details import ContactDetails
from local.observe.counting import count_operations
from shared.errors import RemoteError
from shared.model.business import BusinessSettings, CollectedField
from tests.turns.test_handover import with_policy
from tests.turns.test_late_extraction import late
from tests.turns.world import World

pytestmark = pytest.mark.emulator

FAILED: Any = None
UGO = ContactDetails(values={"first_name": "Ugo"})


def test_failed_extraction_is_made_up_for_with_the_next_one(world: World) -> None:
    world.assistant.details = FAILED
    world.say("sono Ugo")
    world.run_until_quiet()
    world.assistant.details = UGO
    world.say("a che ora aprite")
    world.run_until_quiet()
    assert "sono Ugo" in world.assistant.read[-1] and "a che ora aprite" in world.assistant.read[-1]
    contact = world.contact()
    entry = contact.profile["first_name"]
    assert (entry.value, entry.words, entry.message_id) == ("Ugo", "sono Ugo", world.inbound("sono Ugo").id)
    assert contact.unheard == []


def test_extraction_that_succeeds_is_not_read_again(world: World) -> None:
    world.assistant.details = UGO
    world.say("sono Ugo")
    world.run_until_quiet()
    world.say("ciao")
    world.run_until_quiet()
    assert "sono Ugo" not in world.assistant.read[-1].replace("assistant: re: sono Ugo", "")


def test_late_extraction_that_dies_with_its_process_is_made_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.assistant.details = UGO
    with monkeypatch.context() as patch:
        patch.setattr("functions.process.turn.run._join_late", lambda *_arguments: None)
        assert world.deliver(world.message("sono Ugo"), late(world))
    assert world.contact().known("first_name") is None
    world.say("ciao")
    world.run_until_quiet()
    assert world.contact().known("first_name") == "Ugo"


def test_turn_that_was_given_up_is_read_with_the_next_one(world: World) -> None:
    world.assistant.details = UGO
    world.assistant.outcomes = [RemoteError("refused", remote_code="no")]
    world.say("sono Ugo")
    world.run_until_quiet()
    assert world.inbound("sono Ugo").status == "failed"
    world.say("ciao")
    world.run_until_quiet()
    assert world.contact().known("first_name") == "Ugo"


def test_message_left_to_staff_out_of_hours_is_read_with_the_next_one(world: World) -> None:
    world.assistant.details = UGO
    world.shop = with_policy(out_of_hours="wait")
    world.say("sono Ugo")
    world.run_until_quiet()
    assert world.inbound("sono Ugo").status == "left_to_staff"
    world.shop = BusinessSettings()
    world.say("ciao")
    world.run_until_quiet()
    contact = world.contact()
    assert (contact.known("first_name"), contact.unheard) == ("Ugo", [])


def test_message_left_to_staff_in_a_pause_is_read_with_the_next_one(world: World) -> None:
    world.assistant.details = UGO
    world.say("salve")
    world.run_until_quiet()
    world.change(paused=True)
    world.say("sono Ugo")
    world.run_until_quiet()
    assert world.inbound("sono Ugo").status == "left_to_staff"
    world.change(paused=False)
    world.say("ciao")
    world.run_until_quiet()
    assert world.contact().known("first_name") == "Ugo"


def test_message_taken_back_is_not_read_after_all(world: World) -> None:
    world.assistant.details = FAILED
    world.say("sono Ugo")
    world.run_until_quiet()
    world.happen("gone", "revoke", revoke={"original_message_id": "sono Ugo"})
    world.run_until_quiet()
    world.assistant.details = UGO
    world.say("ciao")
    world.run_until_quiet()
    assert world.contact().known("first_name") is None


def test_failed_extraction_costs_no_write_and_the_next_one_a_read(world: World) -> None:
    world.assistant.details = ContactDetails(values={})
    world.say("hello")
    world.run_until_quiet(sweeps=0)
    costs = []
    for name, details in (
        ("one", ContactDetails(values={})),
        ("two", FAILED),
        ("three", ContactDetails(values={})),
    ):
        world.assistant.details = details
        count = count_operations(world.client)
        assert world.deliver(world.message(name), world.runtime())
        costs.append((count.reads, count.writes))
    usual, failed, next_one = costs
    assert failed == usual
    assert next_one == (usual[0] + 1, usual[1])


def test_asking_is_counted_and_stops(world: World) -> None:
    world.assistant.details = ContactDetails(values={})
    world.assistant.split = "Certo. Come ti chiami?"
    for name in ("uno", "due", "tre"):
        world.say(name)
        world.run_until_quiet()
    assert world.contact().asked == {"first_name": 2}
    asked = [
        "first name" in told for told in (each.partition("Still missing:")[2] for each in world.assistant.told)
    ]
    assert asked == [True, True, False]


def test_company_is_asked_after_a_sign_of_business_in_the_very_turn(world: World) -> None:
    world.assistant.details = ContactDetails(values={})
    for name in ("ciao", "mi serve la fattura"):
        world.say(name)
        world.run_until_quiet()
    assert ["company" in told.partition("Still missing:")[2] for told in world.assistant.told] == [False, True]
    assert world.contact().is_business


def test_fields_of_the_business_are_extracted_and_asked(world: World) -> None:
    plate = CollectedField(name="plate", label="Targa")
    runtime = replace(world.runtime(), business=lambda: BusinessSettings(fields=[plate]))
    world.assistant.details = ContactDetails(values={"plate": "AB 123 CD", "first_name": "Ugo"})
    assert world.deliver(world.message("la targa è AB123CD"), runtime)
    assert world.contact().known("plate") == "AB 123 CD"
    assert world.contact().known("first_name") is None
    assert "targa" in world.assistant.told[0].partition("Still missing:")[2]
