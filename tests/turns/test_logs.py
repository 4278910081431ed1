"""What operators follow a turn by: every line of it names the turn and its contact."""

import pytest
from structlog.testing import capture_logs

from shared.errors import SendFailedError
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def test_every_line_of_a_turn_names_it_and_its_contact(world: World) -> None:
    busy = SendFailedError("busy", remote_code="131016", retryable=True)
    world.whatsapp.outcomes = [busy, "lost"]
    world.say("ciao")
    with capture_logs() as lines:
        world.run_until_quiet()
    steps = {"frozen", "replied", "send_failed", "send_unknown", "send_again", "sent", "closed"}
    told = [line for line in lines if line["event"] in steps]
    assert {line["event"] for line in told} == steps
    assert {line["turn"] for line in told} == {told[0]["turn"]}
    assert {line["contact"] for line in told} == {world.contact().id}
