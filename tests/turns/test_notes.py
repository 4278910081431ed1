"""Notes of staff for the assistant: told with the next answer, and not any more once they are gone."""

import pytest

from shared.model.contact import AssistantNote
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def test_note_for_the_assistant_is_told_with_the_next_answer_and_only_while_it_is_there(world: World) -> None:
    world.say("uno")
    world.run_until_quiet()
    note = AssistantNote(id="n", text="Preferisce il ritiro", author="anna@shop.it", at=world.clock.now())
    world.change(assistant_notes=[note])
    world.say("due")
    world.run_until_quiet()
    world.change(assistant_notes=[])
    world.say("tre")
    world.run_until_quiet()
    assert ["Preferisce il ritiro" in told for told in world.assistant.told] == [False, True, False]
    assert not any("Preferisce" in words for words in world.assistant.asked)
    assert world.texts() == ["re: uno", "re: due", "re: tre"]


def test_answer_may_take_a_number_from_a_note(world: World) -> None:
    world.assistant.split = "Il suo ordine costa 1.234,50 €."
    note = AssistantNote(id="n", text="Preventivo: 1.234,50 €", author="anna@shop.it", at=world.clock.now())
    world.say("quanto costa?")
    world.run_until_quiet()
    doubted = world.contact().attention
    world.change(assistant_notes=[note], attention=None)
    world.say("sicuri?")
    world.run_until_quiet()
    assert doubted and doubted.reason == "unsupported_fact"
    assert world.contact().attention is None
