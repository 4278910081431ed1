"""A preview: what the assistant would answer to a made-up customer. Nothing is sent, and no conversation kept."""

import datetime as dt

from functions.process.assistant import instructions
from functions.process.assistant.client import Item
from functions.process.runtime import Runtime
from functions.process.turn.buttons import choices_and_parts
from shared.errors import RemoteError
from shared.log import logger
from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.queue.tasks import PreviewTask
from shared.store.previews import PreviewAnswer, PreviewQuestion


def answer_preview(runtime: Runtime, task: PreviewTask) -> None:
    """Answer a question of staff, once, if they still wait for it (1 read, 1 write)."""
    question = runtime.store.previews.question(task.preview_id, runtime.now())
    if question is None:
        return
    runtime.store.previews.give(task.preview_id, _answer(runtime, question))


def _answer(runtime: Runtime, question: PreviewQuestion) -> PreviewAnswer:
    prompt = _instructions(question.settings, runtime.now())
    if runtime.budget.is_used_up():
        return PreviewAnswer("", prompt, problem="over_budget")
    try:
        answer = runtime.assistant.answer_once(_items(question), prompt)
    except RemoteError as error:
        logger.warning("preview", code=error.code, remote_code=error.remote_code)
        return PreviewAnswer("", prompt, problem=error.code)
    usage = answer.usage
    logger.info("preview", model=usage.model, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    return PreviewAnswer(_as_sent(answer.text), prompt)


def _instructions(settings: BusinessSettings, now: dt.datetime) -> str:
    somebody = Contact(id="preview", created_at=now)
    return instructions.answer_instructions(somebody, settings.business.name, settings.business.information)


def _items(question: PreviewQuestion) -> list[Item]:
    role = {"customer": "user", "assistant": "assistant"}
    said = [{"role": role[turn.role], "content": turn.text} for turn in question.turns]
    return [*said, {"role": "user", "content": [{"type": "input_text", "text": question.message}]}]


def _as_sent(text: str) -> str:
    """Return an answer as WhatsApp would show it, its buttons as lines below it."""
    choices, parts = choices_and_parts(text)
    return "\n\n".join([*parts, *(f"[{choice}]" for choice in choices)])
