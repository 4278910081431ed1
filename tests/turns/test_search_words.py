"""Contacts that an older version stored get the words that they are searched by from the sweep."""

import pytest

from shared.model.search import SEARCH_VERSION
from shared.store.selections import Selection
from tests.turns.world import World

pytestmark = pytest.mark.emulator

PHONES = ("393331234567", "393331234568", "393331234569")


def found(world: World, search: str) -> int:
    return len(world.store.contacts.page(Selection((), lambda _: True), search, None, 10).rows)


def test_sweep_gives_old_contacts_their_words_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for phone in PHONES:
        world.say(f"ciao {phone}", phone=phone)
    world.run_until_quiet(sweeps=0)
    for reference in world.client.collection("contacts").list_documents():
        reference.update({"search": ["old"]})
    assert found(world, "mario") == 0
    monkeypatch.setattr("functions.process.sweep.AT_A_TIME", 2)
    world.run_until_quiet(sweeps=1)
    assert found(world, "mario") == 2
    world.run_until_quiet(sweeps=1)
    assert found(world, "mario") == 3
    assert found(world, "+39 333 123 4568") == 1
    state = world.store.facts.words_given()
    assert (state.version, state.after) == (SEARCH_VERSION, "")
    monkeypatch.setattr(world.store.contacts, "give_words", lambda *_: pytest.fail("once is enough"))
    world.run_until_quiet(sweeps=1)
