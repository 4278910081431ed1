"""What operators follow a turn by: every line of it names the turn and its contact, and none who or what."""

import pytest
from structlog.testing import capture_logs

from shared.errors import RemoteError, SendFailedError
from shared.queue.tasks import RawTask
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator


def test_every_line_of_a_turn_names_it_and_its_contact(world: World) -> None:
    busy = SendFailedError("busy", remote_code="131016", retryable=True)
    world.whatsapp.outcomes = ["lost", "ok", busy]
    world.say("one")
    world.say("two", delay=100)
    with capture_logs() as lines:
        world.run_until_quiet()
    steps = {"frozen", "replied", "send_failed", "send_unknown", "send_again", "sent", "closed"}
    told = [line for line in lines if line["event"] in steps]
    assert {line["event"] for line in told} == steps
    assert {line["turn"] for line in told} == {world.inbound(name).turn_id for name in ("one", "two")}
    assert {line["contact"] for line in told} == {world.contact().id}


def test_no_line_tells_who_wrote_or_what_and_openai_gets_no_number(world: World) -> None:
    refused = SendFailedError(f"no such number +{PHONE}", remote_code="131026", retryable=False)
    world.whatsapp.outcomes = ["ok", refused, "lost"]
    world.assistant.outcomes = [RemoteError("Segreto is too long", remote_code="500", retryable=True)]
    with capture_logs() as lines:
        for number, name in enumerate(("Segreto uno", "Segreto due", "/info", "stop", "start", "Segreto tre")):
            world.say(name, delay=100 * number)
        world.happen("Segreto quattro", "hologram", delay=700)
        world.queue.put(RawTask(field="account", value={"phone": PHONE, "text": "Segreto"}))
        world.run_until_quiet()
    events = {line["event"] for line in lines}
    assert {"stored", "replied", "sent", "send_failed", "closed", "sweep"} <= events
    told = str(lines)
    assert [word for word in ("Segreto", "Mario", PHONE) if word in told] == []
    given = str([world.assistant.given, world.assistant.told, world.assistant.read])
    assert "Segreto uno" in given and PHONE not in given
