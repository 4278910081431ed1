"""What operators follow a turn by: every line of it names the turn and its contact."""

import pytest
from structlog.testing import capture_logs

from shared.errors import SendFailedError
from tests.turns.world import World

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
