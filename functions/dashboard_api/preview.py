"""Trying the assistant: staff write what a customer could, and see its answer and what it is told.

dashboard_api ── question ──▶ previews/{random} ◀── answer ── process ──▶ OpenAI
              ── task ──────────────────────────────────────▶
"""

from collections.abc import Iterator
from contextlib import suppress

from typing_extensions import TypedDict

from functions.dashboard_api.bodies import PreviewBody
from functions.dashboard_api.desk import Desk
from shared.errors import RemoteError, StoreUnavailableError, TimedOutError
from shared.model.business import BusinessSettings, read_business
from shared.queue.tasks import PreviewTask
from shared.store.previews import WAIT, PreviewAnswer, PreviewQuestion, PreviewTurn

FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.1, 1.3, 1.0  # seconds between two looks


class PreviewView(TypedDict):
    """What the assistant would answer, and the instructions that it was given."""

    text: str
    prompt: str


def try_assistant(desk: Desk, body: PreviewBody) -> PreviewView:
    """Return what the assistant would answer, under settings that need not be saved.

    Costs 2 reads, 3 writes, 1 task, and a read a second for 40 seconds at most. Raises InvalidError for the
    settings, RemoteError when OpenAI does not answer, and TimedOutError when nothing does.
    """
    turns = [PreviewTurn(turn.role, turn.text) for turn in body.turns]
    question = PreviewQuestion(body.message, turns, _settings(desk, body))
    preview_id = desk.store.previews.ask(question, desk.now())
    try:
        desk.queue.enqueue(PreviewTask(preview_id=preview_id))
        answer = _wait(desk, preview_id)
    finally:
        with suppress(StoreUnavailableError):  # it expires by itself
            desk.store.previews.forget(preview_id)
    if answer.problem:
        raise RemoteError(f"OpenAI gave no answer: {answer.problem}", remote_code=answer.problem)
    return {"text": answer.text, "prompt": answer.prompt}


def _settings(desk: Desk, body: PreviewBody) -> BusinessSettings:
    if body.settings is not None:  # as the page shows them, which is beside their version
        return read_business({name: part for name, part in body.settings.items() if name != "version"})
    saved = desk.store.business.current()
    return saved.settings if saved else desk.default_business


def _wait(desk: Desk, preview_id: str) -> PreviewAnswer:
    for pause in _pauses():
        desk.sleep(pause)
        if answer := desk.store.previews.answer(preview_id):
            return answer
    raise TimedOutError("the assistant took too long to answer; try again")


def _pauses() -> Iterator[float]:
    pause, waited = FIRST_PAUSE, 0.0
    while waited < WAIT.total_seconds():
        yield pause
        waited, pause = waited + pause, min(pause * GROWTH, LONGEST_PAUSE)
