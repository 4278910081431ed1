"""The words by which contacts and messages are found: those of an older version get theirs from the sweep."""

import pytest
from google.cloud.firestore import DELETE_FIELD

from shared.model.ids import inbound_id
from shared.model.message_words import MESSAGE_WORDS_VERSION, wanted_in_messages
from shared.model.search import SEARCH_VERSION
from shared.store.selections import Selection
from tests.turns.world import World

pytestmark = pytest.mark.emulator

PHONES = ("393331234567", "393331234568", "393331234569")


TIGLIO = {"type": "text", "text": {"body": "tiglio"}}
VOICE = b"OggS" + b"voice" * 200


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


def hits(world: World, search: str) -> int:
    return len(world.store.messages.search(wanted_in_messages(search), "", None, 10).rows)


def test_words_of_a_message_follow_its_edit_and_go_when_it_is_revoked(world: World) -> None:
    world.say("castagno")
    world.run_until_quiet(sweeps=0)
    assert hits(world, "castagno") == 2  # and the answer, which repeats it
    world.happen("e", "edit", edit={"original_message_id": "castagno", "message": TIGLIO})
    world.run_until_quiet(sweeps=0)
    assert [message.text for message in world.store.messages.search(["tiglio"], "", None, 10).rows] == ["tiglio"]
    assert hits(world, "castagno") == 1
    world.happen("r", "revoke", revoke={"original_message_id": "castagno"})
    world.run_until_quiet(sweeps=0)
    assert hits(world, "tiglio") == 0
    stored = world.client.collection("messages").document(inbound_id("castagno")).get().to_dict() or {}
    assert stored["search"] == []


def test_transcript_adds_its_words(world: World) -> None:
    world.assistant.heard = "arrivo domani"
    world.store.files.save(inbound_id("v"), VOICE, "audio/ogg")
    world.happen("v", "audio", audio={"id": "1", "mime_type": "audio/ogg", "voice": True})
    world.run_until_quiet(sweeps=0)
    assert world.inbound("v").transcript == "arrivo domani"
    found_ids = {message.id for message in world.store.messages.search(["domani"], "", None, 10).rows}
    assert world.inbound("v").id in found_ids


def test_sweep_gives_old_messages_their_words_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for phone in PHONES:
        world.say(f"miele {phone}", phone=phone)
    world.run_until_quiet(sweeps=0)
    before = {}
    for reference in world.client.collection("messages").list_documents():
        reference.update({"search": DELETE_FIELD})
        before[reference.id] = (reference.get().to_dict() or {})["updated_at"]
    assert hits(world, "miele") == 0
    monkeypatch.setattr("functions.process.sweep.MESSAGES_AT_A_TIME", 4)
    world.run_until_quiet(sweeps=1)
    assert 0 < hits(world, "miele") <= 4
    world.run_until_quiet(sweeps=1)
    assert hits(world, "miele") == 6
    world.run_until_quiet(sweeps=1)
    state = world.store.facts.words_given("messages")
    assert (state.version, state.after) == (MESSAGE_WORDS_VERSION, "")
    after = {doc.id: (doc.to_dict() or {})["updated_at"] for doc in world.client.collection("messages").stream()}
    assert after == before  # no page is told
    monkeypatch.setattr(world.store.messages, "give_words", lambda *_: pytest.fail("once is enough"))
    world.run_until_quiet(sweeps=1)
