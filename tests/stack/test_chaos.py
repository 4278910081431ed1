"""The chaos run: it passes with the product as it is, and its judge sees every kind of broken promise."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from local.chaos.doubts import Doubts
from local.chaos.judge import Judge, Verdict
from local.chaos.load import Line
from local.stack.configuration import ROOT
from local.stack.simulators import Sent
from shared.model.contact import Contact, flagged
from shared.model.ids import inbound_id
from shared.model.message import Message

START = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
CHAOS_SECONDS = 600.0


@pytest.mark.stack
@pytest.mark.parametrize("chosen", [["--customers", "6"], ["--preset", "waits"]], ids=["short time-outs", "waits"])
def test_chaos_with_the_product_as_it_is_finds_no_broken_promise(
    firestore_host: str, tmp_path: Path, chosen: list[str]
) -> None:
    report = tmp_path / "chaos.json"
    options = [
        "--minutes",
        "0.3",
        "--seed",
        "3",
        *chosen,
        "--json",
        str(report),
        "--logs",
        str(tmp_path),
    ]

    run = subprocess.run(
        [sys.executable, "-m", "local.chaos", *options],
        cwd=ROOT,
        env=os.environ | {"FIRESTORE_EMULATOR_HOST": firestore_host},
        capture_output=True,
        text=True,
        timeout=CHAOS_SECONDS,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "--seed 3" in run.stdout
    result = json.loads(report.read_text())
    figures = result["figures"]
    assert result["kept"]
    assert figures["messages"] > 0 and figures["answers"] > 0 and figures["crashes"] > 0
    assert figures["longest"] >= figures["95th percentile"] >= figures["median seconds to answer"] > 0
    assert [figures[name] for name in ("duplicates", "missing", "out of order")] == [0, 0, 0]


class Scene:
    """One customer's messages and what became of them, for the judge."""

    def __init__(self) -> None:
        self.written: list[Line] = []
        self.sent: list[Sent] = []
        self.stored: dict[str, Message] = {}
        self.contact = Contact(id="contact", created_at=START)

    def write(self, token: str, status: str | None, *, at: int = 0, stored_at: int = 0, turn: str = "turn") -> None:
        """Let the customer write; the status is its outcome, None when it was never stored."""
        line = Line("customer", (token,), f"wamid.{token}", START.timestamp() + at)
        self.written.append(line)
        if status:
            message_id = inbound_id(line.whatsapp_id)
            moments = {"at": _moment(at), "created_at": _moment(stored_at)}
            self._store(message_id, direction="in", author="customer", status=status, turn_id=turn, **moments)

    def send(self, message_id: str, text: str, *, author: str = "assistant", turn: str = "turn") -> None:
        """Let a message reach the customer."""
        self._store(message_id, direction="out", author=author, status="accepted", turn_id=turn, at=_moment(5))
        number = len(self.sent) + 1
        time = START.timestamp() + 5 + number
        self.sent.append(Sent(number, "customer", text, f"assistant:{message_id}", time, None, True))

    def flag(self) -> None:
        """Tell staff."""
        self.contact = flagged(self.contact, "turn_failed", START)

    def verdict(self, justified: Mapping[str, int] | None = None) -> Verdict:
        contacts = {self.contact.id: self.contact}
        return Judge(self.written, self.sent, self.stored, contacts, justified or {}).verdict()

    def _store(self, message_id: str, **fields: Any) -> None:
        self.stored[message_id] = Message(id=message_id, contact_id="contact", kind="text", text="", **fields)


def _moment(seconds: int) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def kinds(verdict: Verdict) -> list[str]:
    return [finding.kind for finding in verdict.findings]


def test_judge_messages_answered_once_and_in_order_finds_nothing(scene: Scene) -> None:
    scene.write("k000m0000", "answered", at=0, stored_at=0)
    scene.write("k000m0001", "answered", at=1, stored_at=1)
    scene.send("a", "Ho letto: «k000m0000 ciao», «k000m0001 ciao».")

    verdict = scene.verdict()

    assert kinds(verdict) == []
    assert (verdict.messages, verdict.turns, verdict.answers) == (2, 1, 1)
    assert verdict.seconds_to_answer == [6.0, 5.0]


def test_judge_message_answered_by_two_messages_is_a_duplicate(scene: Scene) -> None:
    scene.write("k000m0000", "answered")
    scene.send("a", "«k000m0000»")
    scene.send("b", "«k000m0000»")

    assert kinds(scene.verdict()) == ["duplicate"]


def test_judge_message_sent_twice_without_need_is_a_duplicate(scene: Scene) -> None:
    scene.write("k000m0000", "answered")
    scene.send("a", "«k000m0000»")
    scene.send("a", "«k000m0000»")

    verdict = scene.verdict()

    assert kinds(verdict) == ["duplicate"]
    assert verdict.tolerated_repeats == 0


def test_judge_message_sent_again_in_doubt_is_tolerated_and_counted(scene: Scene) -> None:
    scene.write("k000m0000", "answered")
    scene.send("a", "«k000m0000»")
    scene.send("a", "«k000m0000»")

    verdict = scene.verdict({"a": 1})

    assert kinds(verdict) == []
    assert verdict.tolerated_repeats == 1


@pytest.mark.parametrize("status", [None, "new", "answered"])
def test_judge_message_without_an_answer_is_missing(scene: Scene, status: str | None) -> None:
    scene.write("k000m0000", status)

    assert kinds(scene.verdict()) == ["missing"]


def test_judge_failed_message_with_fallback_and_flag_is_no_finding(scene: Scene) -> None:
    scene.write("k000m0000", "failed")
    scene.send("f", "Scusa, in questo momento non riesco a rispondere.", author="system")
    scene.flag()

    verdict = scene.verdict()

    assert kinds(verdict) == []
    assert (verdict.answers, verdict.fallbacks) == (0, 1)


def test_judge_failed_message_without_fallback_is_missing(scene: Scene) -> None:
    scene.write("k000m0000", "failed")
    scene.flag()

    assert kinds(scene.verdict()) == ["missing"]


@pytest.mark.parametrize("status", ["failed", "left_to_staff"])
def test_judge_message_that_staff_are_not_told_of_is_missing(scene: Scene, status: str) -> None:
    scene.write("k000m0000", status)
    scene.send("f", "Scusa, in questo momento non riesco a rispondere.", author="system")

    assert kinds(scene.verdict()) == ["missing"]


def test_judge_failed_message_quoted_as_context_of_the_next_answer_is_no_duplicate(scene: Scene) -> None:
    scene.write("k000m0000", "failed", turn="first")
    scene.write("k000m0001", "answered", at=9, stored_at=9, turn="second")
    scene.send("f", "Scusa, in questo momento non riesco a rispondere.", author="system", turn="first")
    scene.send("a", "«k000m0000», «k000m0001»", turn="second")
    scene.flag()

    assert kinds(scene.verdict()) == []


def test_judge_two_fallback_texts_for_one_turn_are_a_duplicate(scene: Scene) -> None:
    scene.write("k000m0000", "failed")
    scene.send("f", "Scusa", author="system")
    scene.send("g", "Scusa", author="system")
    scene.flag()

    assert kinds(scene.verdict()) == ["duplicate"]


def test_judge_later_message_answered_first_is_out_of_order(scene: Scene) -> None:
    scene.write("k000m0000", "answered", at=0, stored_at=0, turn="first")
    scene.write("k000m0001", "answered", at=1, stored_at=1, turn="second")
    scene.send("b", "«k000m0001»", turn="second")
    scene.send("a", "«k000m0000»", turn="first")

    assert kinds(scene.verdict()) == ["out of order"]


def test_judge_message_that_arrived_late_may_be_answered_late(scene: Scene) -> None:
    scene.write("k000m0000", "answered", at=0, stored_at=4, turn="second")
    scene.write("k000m0001", "answered", at=1, stored_at=1, turn="first")
    scene.send("b", "«k000m0001»", turn="first")
    scene.send("a", "«k000m0000»", turn="second")

    assert kinds(scene.verdict()) == []


@pytest.fixture
def doubts() -> Doubts:
    return Doubts(cast(Any, NoDatabase()))


class NoDatabase:
    """A client that is never asked."""

    def collection(self, name: str) -> None:
        """Give nothing to ask."""


def outbound(status: str, tries: int, **fields: Any) -> Message:
    values: dict[str, Any] = {"id": "a", "contact_id": "contact", "direction": "out", "author": "assistant"}
    return Message(
        **{**values, "kind": "text", "text": "", "status": status, "tries": tries, "at": START, **fields}
    )


def test_doubts_repeat_after_unknown_without_a_status_is_justified(doubts: Doubts) -> None:
    for message in (outbound("sending", 1), outbound("unknown", 1), outbound("sending", 2)):
        doubts.note(message)

    assert doubts.justified == {"a": 1}


def test_doubts_repeat_although_a_status_came_is_not_justified(doubts: Doubts) -> None:
    came = outbound("unknown", 1, statuses={"sent": START})
    for message in (outbound("unknown", 1), came, outbound("sending", 2)):
        doubts.note(message)

    assert doubts.justified == {}


def test_doubts_repeat_at_once_is_not_justified(doubts: Doubts) -> None:
    for message in (outbound("sending", 1), outbound("sending", 2)):
        doubts.note(message)

    assert doubts.justified == {}
