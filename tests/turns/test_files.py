"""Files in a turn: what the model is given, and what happens when it will not take one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from functions.process.media import reader
from functions.process.runtime import Timing
from shared.errors import FileRefusedError, InputTooLargeError
from shared.model.ids import inbound_id
from shared.queue.tasks import MediaTask
from tests.samples import VIDEO, VOICE
from tests.turns.world import World

pytestmark = pytest.mark.emulator

PICTURE = b"\xff\xd8\xff\xe0 a picture"


def send_picture(world: World, name: str, caption: str) -> None:
    """Let a customer send a picture whose file was fetched already."""
    world.store.files.save(inbound_id(name), PICTURE, "image/jpeg")
    world.happen(name, "image", image={"id": "1", "mime_type": "image/jpeg", "caption": caption})


def parts_given(world: World, call: int) -> list[str]:
    return [part["type"] for part in world.assistant.given[call][-1]["content"]]


def test_picture_is_given_after_its_words(world: World) -> None:
    send_picture(world, "foto", "la ricevuta")
    world.run_until_quiet()
    assert parts_given(world, -1) == ["input_text", "input_image"]
    assert world.texts() == ["re: [image] la ricevuta"]
    media = world.inbound("foto").media
    assert media and media.state == "stored"


def test_video_is_described_with_its_length(world: World) -> None:
    world.store.files.save(inbound_id("film"), VIDEO, "video/mp4")
    world.happen("film", "video", video={"id": "1", "mime_type": "video/mp4", "caption": "il rumore"})
    world.run_until_quiet()
    assert world.texts() == ["re: [video, 3 s, which only colleagues can watch] il rumore"]
    assert parts_given(world, -1) == ["input_text"]
    media = world.inbound("film").media
    assert media and (media.state, media.seconds) == ("stored", 3.0)


def test_voice_note_is_answered_while_strangers_files_hold_all_readers(world: World) -> None:
    world.store.files.save(inbound_id("nota"), VOICE, "audio/ogg")
    world.assistant.heard = "vorrei prenotare"
    world.queue.put(world.event("nota", "audio", audio={"id": "1", "mime_type": "audio/ogg", "voice": True}))
    impatient = replace(world.runtime(), files=ThreadPoolExecutor(4), timing=Timing(files=3.0))
    with reader._readers.hold("stranger", 1, 0), reader._readers.hold("another", 1, 0):
        world.deliver(world.queue.tasks.pop().task, impatient)
    assert world.texts() == ["re: [voice note] vorrei prenotare"]
    message = world.inbound("nota")
    assert message.transcript == "vorrei prenotare"
    assert message.media and (message.media.state, message.media.seconds) == ("stored", None)


def test_refused_picture_is_only_described_and_leaves_nothing_behind(world: World) -> None:
    refusals = [FileRefusedError("refused", remote_code="invalid_image")]

    def refuse() -> FileRefusedError | None:
        if not refusals:
            return None
        for log in world.assistant.conversations.values():  # a failed call may leave its input behind
            log.append({"id": "left", "text": "[image] la ricevuta"})
        return refusals.pop()

    world.assistant.decide = refuse
    send_picture(world, "foto", "la ricevuta")
    world.run_until_quiet()
    assert world.texts() == ["re: [image, which could not be opened] la ricevuta"]
    assert parts_given(world, -1) == ["input_text"]
    conversation = world.contact().conversation
    assert conversation is not None
    left = [item["id"] for item in world.assistant.conversations[conversation.id]]
    assert "left" not in left and len(left) == 2


def test_picture_that_alone_is_too_large_is_only_named_so_and_costs_no_conversation(world: World) -> None:
    world.assistant.outcomes = [InputTooLargeError("too large", remote_code="context_length_exceeded")]
    send_picture(world, "foto", "la ricevuta")
    world.run_until_quiet()
    assert world.texts() == ["re: [image, which is too large to be read] la ricevuta"]
    assert list(world.assistant.conversations) == ["conv_0"]


def test_picture_that_is_too_large_in_a_new_conversation_too_is_only_named_so(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    world.assistant.outcomes = [InputTooLargeError("too large"), InputTooLargeError("too large")]
    send_picture(world, "foto", "la ricevuta")
    world.run_until_quiet()
    assert world.texts()[1:] == ["re: [image, which is too large to be read] la ricevuta"]
    assert list(world.assistant.conversations) == ["conv_0", "conv_1"]


def test_conversation_that_is_too_large_is_replaced_and_the_picture_kept(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    world.assistant.outcomes = [InputTooLargeError("too large")]
    send_picture(world, "foto", "la ricevuta")
    world.run_until_quiet()
    assert world.texts()[1:] == ["re: [image] la ricevuta"]
    assert parts_given(world, -1) == ["input_text", "input_image"]
    assert list(world.assistant.conversations) == ["conv_0", "conv_1"]


def test_words_that_alone_are_too_large_end_in_one_apology(world: World) -> None:
    world.assistant.outcomes = [InputTooLargeError("too large") for _ in range(9)]
    world.say("ciao")
    world.run_until_quiet()
    (apology,) = world.texts()
    assert "collega" in apology
    assert len(world.assistant.outcomes) == 7


def test_two_pictures_each_follow_their_own_words(world: World) -> None:
    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    arrived: list[bool] = []

    def quiet(seconds: float) -> None:
        world.clock.advance(seconds)
        if not arrived:
            arrived.append(True)
            send_picture(world, "due", "dopo")
            world.deliver(world.queue.tasks.pop().task)

    send_picture(world, "uno", "prima")
    world.deliver(world.queue.tasks.pop().task, world.runtime(sleep=quiet))
    content = world.assistant.given[-1][-1]["content"]
    assert [part.get("text", part["type"]) for part in content] == [
        "[image] prima",
        "input_image",
        "[image] dopo",
        "input_image",
    ]


AT_WHATSAPP = {"id": "media-id", "mime_type": "image/jpeg", "sha256": ""}


def waits_for_staff(world: World, name: str) -> bool:
    """Let a customer send a picture, and tell whether nobody but staff has it fetched."""
    world.happen(name, "image", image=AT_WHATSAPP)
    world.deliver(world.queue.tasks.pop().task)
    media = world.inbound(name).media
    fetching = [entry.task for entry in world.queue.tasks if isinstance(entry.task, MediaTask)]
    assert media and media.on_demand is not bool(fetching)
    world.queue.tasks.clear()
    return media.on_demand


@pytest.mark.parametrize(
    ("fields", "waits"),
    [({"blocked": True}, True), ({"opted_out": True}, True), ({"paused": True}, False), ({}, False)],
)
def test_file_of_a_customer_whom_nobody_reads_waits_until_staff_ask(
    world: World, fields: dict[str, Any], waits: bool
) -> None:
    world.say("ciao")
    world.run_until_quiet()
    world.change(**fields)
    assert waits_for_staff(world, "foto") is waits


def test_file_of_a_customer_over_the_limit_waits_until_staff_ask(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_day": 2})
    assert [waits_for_staff(world, f"foto {number}") for number in range(4)] == [False, False, True, True]
