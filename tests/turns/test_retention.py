"""Nothing is kept for ever: by a moved clock each kind goes when its time is up, and what was previewed goes."""

from dataclasses import replace
from typing import Any

import pytest

from functions.process import retention
from functions.process.assistant.details import ContactDetails
from local.observe.counting import count_operations
from shared.model.business import BusinessSettings, Privacy
from shared.model.contact import Contact
from shared.model.ids import inbound_id
from shared.model.retention import Retention, bounds_of
from shared.model.turn import Change
from shared.queue.tasks import SweepTask
from shared.store.activity import Act
from tests.turns.world import World

pytestmark = pytest.mark.emulator

DAY = 24 * 3600.0
MONTH = 31 * DAY


def keep(world: World, **periods: int) -> None:
    """Set periods; every other is the longest."""
    longest = dict.fromkeys(("messages", "files", "transcripts", "former_texts", "activity", "contacts"), 120)
    kept = Retention(**{**longest, "deleted_days": 365, **periods})
    world.shop = BusinessSettings(privacy=Privacy(retention=kept))


def sweep(world: World) -> None:
    """Sweep until a sweep finds nothing left to take away."""
    for _ in range(20):
        world.deliver(SweepTask())
        look_next = world.store.retained.state().look_next
        if look_next and look_next > world.clock.now():
            return
    raise AssertionError("retention never ends")


def pass_time(world: World, seconds: float) -> dict[str, int]:
    """Move the clock, look what would go, sweep, and return the preview of what is gone by then."""
    world.clock.advance(seconds)
    previewed = world.store.retained.preview(bounds_of(world.business().privacy.retention, world.clock.now()))
    sweep(world)
    return {kind: count for kind, count in previewed.items() if count}


def say(world: World, text: str, name: str = "") -> None:
    """Let the customer write a text, under a name of its own if it is to vanish."""
    world.happen(name or text, "text", text={"body": text})
    world.run_until_quiet(sweeps=0)


def documents(world: World, collection: str) -> dict[str, dict[str, Any]]:
    return {row.id: row.to_dict() or {} for row in world.client.collection(collection).stream()}


def texts(world: World) -> set[str]:
    return {message["text"] for message in documents(world, "messages").values()}


@pytest.fixture(autouse=True)
def _begun(world: World) -> None:
    world.deliver(SweepTask())  # notes that a week later it is looked for the first time


def with_file(world: World, name: str) -> str:
    """Let the customer send a voice note that was written down; returns its id."""
    world.happen(name, "audio", audio={"id": "v", "mime_type": "audio/ogg", "voice": True})
    world.store.files.save(inbound_id(name), b"voice" * 300_000, "audio/ogg")
    world.assistant.heard = "il mio IBAN"
    world.run_until_quiet(sweeps=0)
    assert world.inbound(name).transcript == "il mio IBAN"
    return inbound_id(name)


def test_messages_go_by_their_own_age_and_the_contact_forgets_them(world: World) -> None:
    keep(world, messages=6)
    world.assistant.details = ContactDetails(values={"first_name": "Mario"})
    say(world, "mi chiamo Mario")
    file_id = with_file(world, "v1")
    assert pass_time(world, 5 * MONTH) == {}
    say(world, "eccomi di nuovo")
    assert pass_time(world, MONTH + DAY) == {"messages": 4}
    assert texts(world) == {"eccomi di nuovo", "re: eccomi di nuovo"}
    assert world.store.files.find(file_id) is None and world.store.files.chunk_references(file_id) == []
    name = world.contact().profile["first_name"]
    assert (name.value, name.words, name.message_id) == ("Mario", "", None)
    assert world.contact().last_reply == "re: eccomi di nuovo"
    assert pass_time(world, 6 * MONTH) == {"messages": 2}
    silent = world.contact()
    assert silent.last_message and silent.last_inbound
    assert (silent.last_message.text, silent.last_inbound.text, silent.last_reply) == ("", "", "")
    assert silent.conversation is None and silent.conversation_ids
    say(world, "si riparte?")
    assert world.texts()[-1] == "re: si riparte?"


def test_what_a_younger_message_quotes_goes_with_the_message(world: World) -> None:
    keep(world, messages=6)
    say(world, "Segreto", "m1")
    world.clock.advance(4 * MONTH)
    world.happen("q1", "text", text={"body": "come dicevo"}, context={"id": "m1"})
    world.run_until_quiet(sweeps=0)
    assert pass_time(world, 3 * MONTH) == {"messages": 2}
    quoted = world.inbound("q1").quoted
    assert quoted and (quoted.text, world.inbound("q1").text) == ("", "come dicevo")


def test_files_go_before_their_messages(world: World) -> None:
    keep(world, files=3)
    file_id = with_file(world, "v1")
    assert pass_time(world, 4 * MONTH) == {"files": 1}
    message = world.inbound("v1")
    assert world.store.files.find(file_id) is None and world.store.files.chunk_references(file_id) == []
    assert message.media and message.media.error
    assert (message.media.state, message.media.error.code, message.media.id) == ("failed", "kept_no_longer", None)
    assert (message.transcript, message.payload) == ("il mio IBAN", None)
    assert pass_time(world, 4 * MONTH) == {}


def test_transcripts_go_before_their_recordings(world: World) -> None:
    keep(world, transcripts=3)
    file_id = with_file(world, "v1")
    assert pass_time(world, 4 * MONTH) == {"transcripts": 1}
    assert world.inbound("v1").transcript is None and world.store.files.find(file_id)
    assert "iban" not in str(documents(world, "messages")[inbound_id("v1")]).lower()


def test_former_texts_and_former_values_go_before_what_took_their_place(world: World) -> None:
    keep(world, former_texts=3)
    world.assistant.details = ContactDetails(values={"email": "uno@mare.it"})
    say(world, "la mia mail è uno@mare.it", "m1")
    world.assistant.details = ContactDetails(values={"email": "due@mare.it"})
    edit = {"original_message_id": "m1"}
    world.happen("e1", "edit", edit={**edit, "message": {"type": "text", "text": {"body": "mail: due@mare.it"}}})
    world.run_until_quiet(sweeps=0)
    say(world, "scusi, la mia mail è due@mare.it")
    assert "uno@mare.it" in str(documents(world, "contacts"))
    assert pass_time(world, 4 * MONTH) == {"former_texts": 2}
    kept = str(documents(world, "contacts")) + str(
        {name: one for name, one in documents(world, "messages").items() if one["direction"] == "in"}
    )
    assert "uno@mare.it" not in kept and "mail: due@mare.it" in kept
    assert world.contact().known("email") == "due@mare.it"


def test_message_deleted_for_everyone_loses_its_content_wherever_it_is_quoted(world: World) -> None:
    keep(world, deleted_days=10)
    world.assistant.details = ContactDetails(values={"first_name": "Segreto"})
    say(world, "mi chiamo Segreto", "m1")
    world.assistant.details = ContactDetails(values={})
    file_id = with_file(world, "v1")
    world.happen("q1", "text", text={"body": "come dicevo"}, context={"id": "m1"})
    world.run_until_quiet(sweeps=0)
    for number, name in enumerate(("m1", "v1")):
        world.happen(f"r{number}", "revoke", revoke={"original_message_id": name})
    world.run_until_quiet(sweeps=0)
    assert world.inbound("q1").quoted and "Segreto" in str(documents(world, "messages"))
    assert pass_time(world, 9 * DAY) == {}
    assert pass_time(world, 2 * DAY) == {"deleted": 2}
    kept = {name: one for name, one in documents(world, "messages").items() if one["direction"] == "in"}
    assert "Segreto" not in str(kept) and "IBAN" not in str(kept)
    assert world.store.files.find(file_id) is None
    assert (world.inbound("v1").media, world.inbound("q1").text) == (None, "come dicevo")
    entry = world.contact().profile["first_name"]
    assert (entry.value, entry.words) == ("Segreto", "")
    assert pass_time(world, DAY) == {}


def test_deletion_that_whatsapp_tells_of_late_is_carried_out_too(world: World) -> None:
    keep(world, deleted_days=0)
    pass_time(world, 8 * DAY)
    for name in ("m1", "m2"):
        say(world, "Segreto", name)
    late = world.event("r1", "revoke", revoke={"original_message_id": "m1"})
    world.clock.advance(60)
    world.happen("r2", "revoke", revoke={"original_message_id": "m2"})
    world.run_until_quiet(sweeps=0)
    assert pass_time(world, DAY) == {"deleted": 1}
    world.deliver(late)
    assert pass_time(world, DAY) == {"deleted": 1}
    assert {world.inbound(name).text for name in ("m1", "m2")} == {""}


def test_what_staff_did_is_kept_for_its_period(world: World) -> None:
    keep(world, activity=3)
    world.store.activity.note(Act(world.clock.now(), "anna@aurora.it", "pause"))
    world.clock.advance(2 * MONTH)
    world.store.activity.note(Act(world.clock.now(), "anna@aurora.it", "resume"))
    assert pass_time(world, 2 * MONTH) == {"activity": 1}
    assert [act["action"] for act in documents(world, "activity").values()] == ["resume"]


def test_customer_goes_with_all_that_is_theirs_so_long_after_the_last_message(world: World) -> None:
    keep(world, contacts=6, messages=5)
    say(world, "ciao")
    file_id = with_file(world, "v1")
    world.store.change_contact(world.contact().id, lambda contact: replace(contact, opted_out=True))
    world.happen("m9", "text", phone="393337654321", text={"body": "altro cliente"})
    world.run_until_quiet(sweeps=0)
    known = world.contact().id
    assert pass_time(world, 4 * MONTH) == {}
    world.happen("m10", "text", phone="393337654321", text={"body": "ancora io"})
    world.run_until_quiet(sweeps=0)
    assert pass_time(world, 3 * MONTH) == {"messages": 6, "contacts": 1}
    world.run_until_quiet(sweeps=0)
    world.clock.advance(20 * 60)
    world.run_until_quiet(sweeps=2)
    assert world.store.contacts.get(known) is None and known not in documents(world, "contacts")
    assert world.store.files.find(file_id) is None
    assert {message["text"] for message in documents(world, "messages").values()} == {"ancora io", "re: ancora io"}
    assert [erasure.stage for erasure in world.store.erasures.all()] == ["done"]


def test_customer_who_writes_at_the_last_moment_stays(world: World) -> None:
    keep(world, contacts=6)
    say(world, "ciao")
    known = world.contact().id
    world.clock.advance(7 * MONTH)
    world.deliver(SweepTask())
    assert [erasure.contact_ids for erasure in world.store.erasures.all()] == [[known]]
    world.deliver(world.message("eccomi"))
    world.run_until_quiet(sweeps=0)
    assert (world.contact().id, world.inbound("ciao").text) == (known, "ciao")
    assert not list(world.store.erasures.all())


def test_contact_of_which_only_an_identifier_is_known_goes_too(world: World) -> None:
    keep(world, contacts=6)
    contact = Contact(id="0" * 32, created_at=world.clock.now(), phone="+393330000000")
    merged = Contact(id="1" * 32, created_at=world.clock.now(), merged_into="0" * 32)
    for each in (contact, merged):
        world.store.commit(each, Change(each))
    assert pass_time(world, 7 * MONTH) == {"contacts": 1}
    world.run_until_quiet(sweeps=0)
    assert world.store.contacts.get(contact.id) is None


def test_retention_goes_on_where_it_stopped_and_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(world, files=3)
    monkeypatch.setattr("shared.store.retention.PAGE", 2)
    monkeypatch.setattr(retention, "PAGE", 2)
    names = [with_file(world, f"v{number}") for number in range(3)]
    world.clock.advance(4 * MONTH)
    world.deliver(SweepTask())
    assert [bool(world.store.files.find(name)) for name in names] == [False, True, True]  # 3 files, 3 answers
    sweep(world)
    assert not any(world.store.files.find(name) for name in names)


def test_looking_costs_one_read_until_it_is_time_again(world: World) -> None:
    keep(world, files=3)
    say(world, "ciao")
    world.clock.advance(8 * DAY)
    sweep(world)
    runtime = world.runtime()
    count = count_operations(world.client)
    retention.expire(runtime)
    assert (count.reads, count.writes) == (1, 0)
    world.clock.advance(7 * 3600)
    retention.expire(runtime)
    assert count.reads <= 1 + 10 and count.writes == 1


def test_pieces_that_are_done_again_after_a_crash_do_no_harm(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(world, messages=3)
    say(world, "ciao")
    world.clock.advance(4 * MONTH)
    with monkeypatch.context() as patch:
        patch.setattr(world.store.retained, "delete", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            world.deliver(SweepTask())
    sweep(world)
    assert documents(world, "messages") == {}


def test_nothing_goes_in_the_week_after_an_update(world: World) -> None:
    keep(world, messages=1)
    world.happen("m1", "text", text={"body": "vecchio"})
    world.run_until_quiet(sweeps=0)
    world.client.collection("state").document("retention").delete()
    world.clock.advance(3 * MONTH)
    world.deliver(SweepTask())
    world.clock.advance(6 * DAY)
    world.deliver(SweepTask())
    assert "vecchio" in texts(world)
    assert pass_time(world, 2 * DAY) == {"messages": 2}
