"""A preview: what the assistant would answer to a made-up customer. Nothing is sent, and no conversation kept."""

from functions.process.assistant import instructions
from functions.process.assistant.finished import Item
from functions.process.assistant.introduction import introduction
from functions.process.assistant.person_words import asks_for_person
from functions.process.assistant.transcript import without_brackets
from functions.process.runtime import Runtime
from functions.process.turn.buttons import choices_and_parts
from functions.process.turn.frame import framed
from functions.process.turn.handover import handed_over
from shared.errors import RemoteError
from shared.log import logger
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
    now = runtime.now()
    somebody = Contact(id="preview", created_at=now, introduced_at=now if question.turns else None)
    prompt = instructions.answer_instructions(somebody, question.settings, now)
    if runtime.budget.is_used_up():
        return PreviewAnswer("", prompt, problem="over_budget")
    try:
        answer = runtime.assistant.answer_once(_items(question), prompt)
    except RemoteError as error:
        logger.warning("preview", code=error.code, remote_code=error.remote_code)
        return PreviewAnswer("", prompt, problem=error.code)
    usage = answer.usage
    logger.info("preview", model=usage.model, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    return PreviewAnswer(_as_sent(runtime, question, somebody, answer.text), prompt)


def _items(question: PreviewQuestion) -> list[Item]:
    role = {"customer": "user", "assistant": "assistant"}
    said = [{"role": role[turn.role], "content": without_brackets(turn.text)} for turn in question.turns]
    message = without_brackets(question.message)
    return [*said, {"role": "user", "content": [{"type": "input_text", "text": message}]}]


def _as_sent(runtime: Runtime, question: PreviewQuestion, somebody: Contact, answer: str) -> str:
    """Return an answer as WhatsApp would show it, with our words around it and its buttons as lines below it."""
    settings, language = question.settings, runtime.settings.default_language
    wants_human = asks_for_person(question.message)
    handed = handed_over(answer, (), settings, runtime.now(), language, wants_human=wants_human)
    choices, parts = choices_and_parts(handed.answer)
    before = introduction(somebody, settings, language, language)
    return "\n\n".join([*framed(parts, choices, before, handed.sentence), *(f"[{choice}]" for choice in choices)])
