"""Erasing a person: nothing of them is left anywhere and nothing of others is touched, whatever dies on the way."""

import datetime as dt
import logging
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from functions.dashboard_api.contact_views import conversation_view
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import Draft, queue_message
from functions.process.media.fetch import fetch_media
from shared.model.contact import AssistantNote, FormerAccount
from shared.model.ids import inbound_id, staff_message_id
from shared.model.message import Media, Quoted
from shared.model.note import Note
from shared.model.profile_field import ProfileField
from shared.model.turn import Change
from shared.queue.tasks import EraseTask, MediaTask, RawTask, SweepTask
from shared.store.activity import Act
from shared.store.erasures import Erasure
from shared.store.people import KNOWN_AGAIN
from shared.store.presence import Present
from shared.texts import text
from tests.turns.fakes import Crash, Gated
from tests.turns.leftovers import chunks_of, documents, left_of, message_path
from tests.turns.people import changed_user_id
from tests.turns.test_crash_matrix import Points
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator

OTHER = "393339999999"
# Everything that is the person's: number, names, words, files, notes; each differs from all of the other's.
WORDS = (PHONE, f"IT.{PHONE}", "verde", "foto-verde", "Anna nota verde", "PICTURE-verde")
GATED = ("detach", "erase_page", "forget_trace")


def fill(world: World) -> None:
    """Let two customers do everything that leaves something behind, the first in green, the second in red."""
    for phone, colour in ((PHONE, "verde"), (OTHER, "rosso")):
        _talk(world, phone, colour)
    world.run_until_quiet()
    for phone, colour in ((PHONE, "verde"), (OTHER, "rosso")):
        _leave_traces(world, phone, colour)
    world.run_until_quiet()


def _talk(world: World, phone: str, colour: str) -> None:
    content = f"PICTURE-{colour}".encode()
    world.say(f"uno {colour}", phone=phone)
    world.store.files.save(inbound_id(f"foto-{colour}"), content, "image/jpeg")
    picture = {"id": "1", "mime_type": "image/jpeg", "caption": f"foto {colour}"}
    world.happen(f"foto-{colour}", "image", phone=phone, image=picture, delay=1)
    quoted = {"id": f"uno {colour}", "from": phone}
    text = {"body": f"come {colour}?"}
    world.happen(f"q-{colour}", "text", phone=phone, text=text, context=quoted, delay=2)
    world.happen(f"g-{colour}", "text", phone=phone, text={"body": f"gruppo {colour}"}, group_id="g1", delay=3)
    react = {"message_id": f"uno {colour}", "emoji": "👍"}
    world.happen(f"r-{colour}", "reaction", phone=phone, reaction=react, delay=4)
    edited = {"original_message_id": f"q-{colour}", "message": {"type": "text", "text": {"body": f"ora {colour}"}}}
    world.happen(f"e-{colour}", "edit", phone=phone, edit=edited, delay=5)
    world.happen(f"v-{colour}", "revoke", phone=phone, revoke={"original_message_id": f"uno {colour}"}, delay=6)


def _leave_traces(world: World, phone: str, colour: str) -> None:
    contact, now = world.contact(phone), world.clock.now()
    note = AssistantNote(id=f"n-{colour}", text=f"Anna nota {colour}", author="anna@shop.it", at=now)
    field = ProfileField(value=f"Ditta {colour}", source="staff", updated_at=now)
    stored = Note(id=note.id, contact_id=contact.id, text=note.text, author=note.author, at=now)
    ids = [*contact.conversation_ids, *(f"conv_{colour}_{number}" for number in range(45))]
    world.assistant.conversations |= {name: [{"id": "1", "text": colour}] for name in ids[1:]}
    after = replace(contact, profile={"company": field}, assistant_notes=[note], conversation_ids=ids)
    world.store.commit(contact, Change(after, notes=(stored,)))
    world.store.presence.note(contact.id, Present("anna@shop.it", now, typing=False))
    world.store.activity.note(Act(now, "anna@shop.it", "pause", contact.id))
    world.queue.put(RawTask(field="unknown", value={"wa_id": phone, "name": f"Mario {colour}"}))
    # A second contact that turns out to be the same person, and becomes this one.
    world.happen(f"m-{colour}", "text", phone=f"{phone}0", text={"body": f"altro {colour}"})
    moved = changed_user_id(f"s-{colour}", now, f"IT.{phone}", user_id=f"IT.{phone}0")
    world.queue.put(moved, 30)
    media = Media(mime_type="application/pdf", filename=f"{colour}.pdf", state="stored")
    _send_file(world, contact.id, colour, media)


def _send_file(world: World, contact_id: str, colour: str, media: Media) -> None:
    desk = Desk(world.store, world.queue, list, now=world.clock.now)
    world.store.files.save(staff_message_id(contact_id, colour), f"PDF-{colour}".encode(), "application/pdf")
    queue_message(desk, contact_id, Draft(colour, "anna@shop.it", f"Per {colour}", "document", media=media))


def ask_to_erase(world: World) -> str:
    erasure = world.store.erasures.request(world.contact().id, world.clock.now())
    world.queue.put(EraseTask(erasure_id=erasure.id))
    return erasure.id


def erasure_of(world: World, name: str) -> Erasure:
    found = world.store.erasures.get(name)
    assert found is not None
    return found


def look_again(world: World) -> None:
    world.clock.advance(900)
    world.run_until_quiet(sweeps=1)


def of_others(world: World) -> dict[str, Any]:
    """Every document about the other customer, and every conversation of theirs."""
    about = (world.contact(OTHER).id, OTHER, "rosso")
    stored = {
        path: each for path, each in documents(world.client).items() if any(w in f"{path} {each}" for w in about)
    }
    said = {name: items for name, items in world.assistant.conversations.items() if "rosso" in name}
    return {**stored, "OpenAI": said}


def erase_with_a_crash(world: World, fatal: int | None) -> Points:
    """Erase the first customer by a process that dies at one point; the queue delivers the task again."""
    task = EraseTask(erasure_id=ask_to_erase(world))
    world.queue.tasks.clear()
    gate = Points(fatal)
    runtime = world.runtime()
    store, records = runtime.store, runtime.assistant.records
    vars(store.people)["_files"] = Gated(store.people._files, gate, ("delete",), "files")
    vars(store)["people"] = Gated(store.people, gate, GATED, "people")
    vars(store)["erasures"] = Gated(store.erasures, gate, ("note", "went"), "erasures")
    erase = ("erase_items", "erase_conversation", "erase_response")
    assistant = Gated(world.assistant, gate, (), "assistant")
    vars(assistant)["records"] = Gated(records, gate, erase, "records")
    whatsapp = Gated(world.whatsapp, gate, ("delete_media",), "whatsapp")
    try:
        world.deliver(task, replace(runtime, assistant=assistant, whatsapp=whatsapp))
    except Crash:
        pass
    finally:
        world.store = type(world.store)(world.client)
    world.queue.put(task)
    world.run_until_quiet(sweeps=0)
    return gate


def test_nothing_of_an_erased_person_is_left_and_nothing_of_others_is_touched(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    fill(world)
    assert len(left_of(world, WORDS)) > 20
    traces = [path for path, stored in documents(world.client).items() if stored.get("merged_into")]
    assert len(traces) == 2, "nobody was merged"
    before, contact_id = of_others(world), world.contact().id
    with caplog.at_level(logging.INFO):
        name = ask_to_erase(world)
        world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []
    assert chunks_of(world.client, inbound_id("foto-verde")) == []
    assert of_others(world) == before
    assert not any(word in caplog.text for word in WORDS)
    receipt = erasure_of(world, name)
    assert receipt.stage == "done" and receipt.finished_at and receipt.problem == ""
    assert (receipt.conversations, receipt.responses, receipt.uploads) == ([], [], [])
    counted = {
        "messages",
        "notes",
        "events",
        "presence",
        "activity",
        "items",
        "conversations",
        "responses",
        "uploads",
    }
    assert counted <= receipt.counts.keys(), receipt.counts
    trace = world.store.contacts.get_unmerged(contact_id)
    assert trace and conversation_view(trace, world.clock.now())["deleted"]  # so that open pages drop it
    assert world.store.contacts.get(contact_id) is None  # and nobody writes to it
    look_again(world)
    assert erasure_of(world, name).work_since is None
    assert not [path for path in documents(world.client) if path == f"contacts/{contact_id}"]


def test_erasure_that_dies_at_any_point_is_finished(firestore_host: str) -> None:
    """The moment before a call is the one after the call before it."""
    undisturbed = _erased_with_a_crash(None)
    assert {"files.delete before", "records.erase_items before"} <= set(undisturbed)
    for point, name in enumerate(undisturbed):
        if name.endswith("before"):
            assert _erased_with_a_crash(point)[-1] == name


def _erased_with_a_crash(point: int | None) -> list[str]:
    world = World(f"test-{uuid4().hex[:20]}")
    small(world)
    gate = erase_with_a_crash(world, point)
    assert left_of(world, WORDS) == [], gate.names[-1]
    (erasure,) = world.store.erasures.all()
    assert erasure.stage == "done", gate.names[-1]
    world.close()
    return gate.names


def small(world: World) -> None:
    """One of each that is erased in a way of its own."""
    world.say("uno verde")
    world.store.files.save(inbound_id("foto-verde"), b"PICTURE-verde", "image/jpeg")
    world.happen("foto-verde", "image", image={"id": "1", "mime_type": "image/jpeg"})
    world.run_until_quiet(sweeps=0)


def test_message_that_comes_meanwhile_begins_a_new_contact_that_stays(world: World) -> None:
    small(world)
    old = world.contact().id
    world.assistant.down = True
    name = ask_to_erase(world)
    assert world.deliver(world.queue.tasks.pop().task) is False
    world.say("di nuovo")
    assert world.deliver(world.queue.tasks.pop().task)
    world.assistant.down = False
    world.queue.put(EraseTask(erasure_id=name))
    world.run_until_quiet(sweeps=0)
    look_again(world)
    assert world.contact().id != old
    assert world.inbound("di nuovo").status == "answered"
    assert left_of(world, ["verde"]) == []


def test_erasure_outlasts_a_day_without_openai(world: World) -> None:
    small(world)
    world.assistant.down = True
    name = ask_to_erase(world)
    assert world.deliver(world.queue.tasks.pop().task) is False
    assert left_of(world, WORDS) == ["OpenAI"]  # what is kept here does not wait for OpenAI
    assert erasure_of(world, name).problem == "http_503"
    world.clock.advance(86_400)
    world.queue.tasks.clear()  # the queue gave up
    world.assistant.down = False
    world.deliver(SweepTask())
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []
    assert erasure_of(world, name).stage == "done"


def test_message_that_is_delivered_again_does_not_come_back(world: World) -> None:
    small(world)
    again = world.message("uno verde")
    ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    assert world.deliver(again)
    assert left_of(world, WORDS) == []
    assert world.texts().count("re: uno verde") == 1
    world.clock.advance(3 * KNOWN_AGAIN.total_seconds())  # the server's own clock is ahead of this one
    world.deliver(SweepTask())
    assert message_path("uno verde") not in documents(world.client)


def test_erasure_waits_for_who_is_at_work_and_they_write_nothing_more(world: World) -> None:
    world.say("uno verde")
    world.run_until_quiet(sweeps=0)
    world.assistant.during = lambda: world.deliver(EraseTask(erasure_id=ask_to_erase(world)))
    world.say("due verde")
    world.deliver(world.queue.tasks.pop().task)
    world.assistant.during = None
    assert world.texts() == ["re: uno verde"]
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []
    look_again(world)
    assert left_of(world, WORDS) == []


def test_file_that_is_fetched_while_its_person_is_erased_leaves_nothing(world: World) -> None:
    small(world)
    message = world.inbound("foto-verde")
    assert message.media
    ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    kept = documents(world.client)[message_path("foto-verde")]
    waiting = replace(message, media=replace(message.media, state="waiting", filename="foto-verde.jpg"))
    world.store.files.save(message.id, b"PICTURE-verde", "image/jpeg")
    fetch_media(world.runtime(), waiting)
    assert documents(world.client)[message_path("foto-verde")] == kept
    assert chunks_of(world.client, message.id) == []
    world.store.files.save(message.id, b"PICTURE-verde", "image/jpeg")  # by a process that died over it
    world.deliver(MediaTask(message_id=message.id))
    assert chunks_of(world.client, message.id) == [] and left_of(world, WORDS) == []


def test_person_who_comes_back_with_a_backup_is_erased_again(world: World) -> None:
    small(world)
    contact_id, backup = world.contact().id, documents(world.client)
    name = ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    look_again(world)
    for path, stored in backup.items():
        world.client.document(path).set(stored)
    assert left_of(world, WORDS) != []
    for erasure in list(world.store.erasures.all()):
        for each in erasure.contact_ids:
            world.store.erasures.request(each, world.clock.now() - dt.timedelta(minutes=5))
    world.deliver(SweepTask())
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []
    assert erasure_of(world, name).contact_ids == [contact_id]


def test_customer_erases_themselves_once_they_confirm_it(world: World) -> None:
    small(world)
    world.say("/delete")
    world.run_until_quiet(sweeps=0)
    assert "/delete ok" in world.texts()[-1] and left_of(world, WORDS) != []
    world.say("/Delete  OK")
    world.run_until_quiet(sweeps=0)
    assert world.texts()[-1] == text("delete_begun", "it")
    assert left_of(world, WORDS) == []


def test_who_writes_under_a_number_that_another_account_had_does_not_erase_what_may_be_theirs(world: World) -> None:
    small(world)
    world.change(former_accounts=[FormerAccount(ids=["IT.1"], until=world.clock.now())])
    world.say("/delete ok")
    world.run_until_quiet(sweeps=0)
    attention = world.contact().attention
    assert attention and (attention.reason, attention.summary) == ("privacy_request", "/delete")
    assert world.texts()[-1] == text("delete_asked", "it") and left_of(world, WORDS) != []


def test_customer_who_asks_for_their_data_is_put_before_a_colleague(world: World) -> None:
    world.say("/export")
    world.run_until_quiet(sweeps=0)
    attention = world.contact().attention
    assert attention and (attention.reason, attention.summary) == ("privacy_request", "/export")
    assert world.texts()[-1].endswith(text("export_asked", "it"))


def test_quote_of_an_erased_person_in_somebody_elses_message_is_emptied(world: World) -> None:
    small(world)
    world.say("rosso", phone=OTHER)
    world.run_until_quiet(sweeps=0)
    quoted = Quoted(
        whatsapp_id="uno verde", id=inbound_id("uno verde"), author="customer", kind="text", text="uno verde"
    )
    world.store.messages.set(inbound_id("rosso"), {"quoted": quoted})
    ask_to_erase(world)
    world.run_until_quiet(sweeps=0)
    assert left_of(world, WORDS) == []
    kept = world.inbound("rosso")
    assert (kept.text, kept.status, kept.quoted) == ("rosso", "answered", None)
