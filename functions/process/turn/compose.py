"""Composing the reply to a turn: a command's, an acknowledgement, or the assistant's. Nothing is written here.

A conversation that begins (functions/process/turn/memory.py), and the files that the model is to see, are the
business of whoever holds the contact (functions/process/turn/answer.py).
"""

import json
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from functools import partial, reduce

from functions.process.assistant import instructions
from functions.process.assistant.asking import asking, counted, heard
from functions.process.assistant.details import ContactDetails
from functions.process.assistant.extraction import apply_details, still_unheard
from functions.process.assistant.finished import Answer, Item
from functions.process.assistant.introduction import introduction
from functions.process.assistant.said import Said, said_in
from functions.process.assistant.transcript import NOT_OPENED, TOO_LARGE
from functions.process.media.model_input import ModelInput
from functions.process.runtime import Runtime
from functions.process.turn.buttons import choices_and_parts
from functions.process.turn.commands import HISTORY_MESSAGES, command_of, run_command
from functions.process.turn.frame import framed
from functions.process.turn.handover import handed_over, pause_minutes, summary_of
from functions.process.turn.items import items_of
from functions.process.turn.present_account import as_present_account, of_present_account
from functions.process.turn.rights import with_rights
from functions.process.turn.taken_back import without_taken_back
from functions.process.turn.unsupported import unsupported_facts
from shared.errors import ConversationGoneError, FileRefusedError, InputTooLargeError
from shared.log import logger
from shared.model.attention import AttentionReason
from shared.model.business import business_json
from shared.model.contact import Contact, Conversation, flagged, reply_language, spoken
from shared.model.ids import hashed
from shared.model.kinds import ANSWERED_KINDS
from shared.model.message import Message
from shared.model.turn import Reply
from shared.model.turn_state import Turn
from shared.model.usage import Usage, total
from shared.settings import AddressForm, Language
from shared.texts import text


@dataclass(frozen=True)
class Extraction:
    """An extraction under way, and what it reads."""

    future: Future[tuple[ContactDetails | None, Usage]]
    said: Said


@dataclass(frozen=True)
class Question:
    """What the model is asked, and the extraction that runs beside it.

    It is asked for `contact` about `messages`. The input is there with the files, and without them, saying that
    they could not be opened or are too large. `was_asked` tells that an earlier call may have left something in the
    conversation.
    """

    contact: Contact
    messages: Sequence[Message]
    items: list[Item]
    items_without_files: list[Item]
    items_too_large: list[Item]
    extraction: Extraction
    was_asked: bool

    @property
    def has_files(self) -> bool:
        """Tell whether the model is given any file."""
        return self.items != self.items_without_files


@dataclass(frozen=True)
class Composed:
    """A reply, and the extraction if it was not finished when the reply was."""

    reply: Reply
    late: Extraction | None = None


def fixed_reply(runtime: Runtime, contact: Contact, messages: Sequence[Message]) -> Reply | None:
    """Return the reply that needs no model: to a command, or to what only colleagues can understand."""
    language, settings = reply_language(contact, runtime.settings.default_language), runtime.business()
    form = settings.business.address_form
    command = command_of(messages[0]) if len(messages) == 1 else None
    if command:
        history = runtime.store.messages.recent(contact.id, HISTORY_MESSAGES) if command == "/history" else []
        told = of_present_account(contact, history)
        reply = run_command(command, as_present_account(contact), told, language, settings)
        return with_rights(runtime, contact, command, reply, language, form)
    if any(message.kind in ANSWERED_KINDS for message in messages):
        return over_budget(runtime, language, form) if runtime.budget.is_used_up() else None
    acknowledgement = text("acknowledged", language, form)
    return Reply([acknowledgement], effect=lambda contact: flagged(contact, "unreadable", runtime.now()))


def over_budget(runtime: Runtime, language: Language, form: AddressForm) -> Reply:
    """Return what a customer is told, once a day, when nothing may be asked any more; staff are to answer."""
    day, now = runtime.budget.day, runtime.now()
    return Reply(
        [text("fallback", language, form)],
        outcome="left_to_staff",
        cause="over_budget",
        effect=lambda contact: replace(flagged(contact, "over_budget", now), budget_told_on=day),
    )


def question_of(runtime: Runtime, contact: Contact, turn: Turn, given: ModelInput) -> Question:
    """Return what the model is asked about a turn's messages and their files, and begin the extraction."""
    messages = without_taken_back(runtime, given.messages)
    extraction = _begin_extraction(runtime, contact, messages)
    context = of_present_account(contact, runtime.store.messages.get_all(turn.context_ids))
    context = without_taken_back(runtime, context)
    zone = runtime.business().business.time_zone
    told_items = partial(items_of, context, messages, zone, None if context else turn.previous_at)
    return Question(
        contact=as_present_account(contact),
        messages=messages,
        items=told_items(given.parts, NOT_OPENED),
        items_without_files=told_items({}, NOT_OPENED),
        items_too_large=told_items({}, TOO_LARGE),
        extraction=extraction,
        was_asked=turn.taken > 1 or turn.revision > 0,
    )


def ask(runtime: Runtime, contact: Contact, turn: Turn, question: Question) -> Answer:
    """Ask in the contact's conversation, without files if one is refused or too large; raises RemoteError.

    Only in a conversation that this turn began must it be a file that is too large. What an earlier call for this
    turn left in the conversation is adopted or removed. Raises ConversationGoneError when the conversation cannot
    go on.
    """
    try:
        return _ask(runtime, contact, turn, question)
    except FileRefusedError as error:
        logger.warning("file_refused", turn=turn.id, remote_code=error.remote_code)
        without = question.items_without_files
    except InputTooLargeError as error:
        if not (question.has_files and _is_new(contact.conversation, turn)):
            raise
        logger.warning("file_too_large", turn=turn.id, remote_code=error.remote_code)
        without = question.items_too_large
    return _ask(runtime, contact, turn, replace(question, items=without, was_asked=True))


def composed(runtime: Runtime, contact: Contact, question: Question, answer: Answer) -> Composed:
    """Return the reply that an answer makes, with what the extraction found if it is there.

    The messages of one that failed, or is late and may still fail, are left for the next one.
    """
    details, usage, late = _details(runtime, question.extraction)
    settings, now, said = runtime.business(), runtime.now(), question.extraction.said
    language = _language(runtime, question.contact, details)
    wants_human = bool(details and details.wants_human)
    handed = handed_over(answer.text, question.messages, settings, now, language, wants_human=wants_human)

    unsupported = unsupported_facts(
        handed.answer, [*_known(runtime, contact, question), answer.found], _besides(runtime, contact)
    )
    if answer.looked_up and not answer.found:  # the facts may be from a document
        unsupported = []
    if unsupported:
        logger.info("unsupported_fact", kinds=unsupported)
    look = _worth_a_look(question.messages, is_unsupported=bool(unsupported))

    def effect(contact: Contact) -> Contact:
        after = heard(contact, said, now)
        asked = asking(after, said.fields)
        after = apply_details(after, details, said, now) if details else still_unheard(after, said.message_ids)
        after = counted(after, asked, handed.answer)
        after = replace(after, introduced_at=as_present_account(after).introduced_at or now)
        if handed.reason:
            after = flagged(after, handed.reason, now, summary_of(question.messages))
        elif look and after.attention is None:  # what staff are asked to look at already matters more
            after = flagged(after, look, now)
        if after.conversation is None:
            return after
        last_item = answer.last_item or after.conversation.last_item
        tokens = answer.usage.input_tokens or after.conversation.tokens  # an adopted answer does not tell
        return replace(after, conversation=replace(after.conversation, last_item=last_item, tokens=tokens))

    choices, parts = choices_and_parts(handed.answer)
    heard_voice = [message.usage for message in question.messages if message.usage]  # recordings
    spent = reduce(total, heard_voice, runtime.budget.priced(total(answer.usage, usage)))
    before = introduction(question.contact, settings, language, runtime.settings.default_language)
    reply = Reply(
        framed(parts, choices, before, handed.sentence),
        choices=choices,
        usage=spent,
        told=True,
        response_id=answer.response_id,
        effect=effect,
        pause_minutes=pause_minutes(settings.handover, handed.reason),
    )
    return Composed(reply, late)


def _worth_a_look(messages: Sequence[Message], *, is_unsupported: bool) -> AttentionReason | None:
    """Return why staff should look although the customer was answered: words nobody heard, or doubtful facts."""
    if any(message.kind == "audio" and not message.transcript for message in messages):
        return "unreadable"
    return "unsupported_fact" if is_unsupported else None


def _known(runtime: Runtime, contact: Contact, question: Question) -> list[str]:
    """Return what an answer may take facts from without another read: the business, the profile, what was said."""
    settings = runtime.business()
    business = settings.business
    asked = [words for each in business.questions for words in (each.question, each.answer)]
    facts = [business.description, business.information, business.may_promise, business.may_not_promise, *asked]
    profile = [field.value for field in contact.profile.values()]
    said = json.dumps([_without_files(item) for item in question.items], ensure_ascii=False)
    notes = [contact.notes, *(note.text for note in contact.assistant_notes)]
    return [*facts, settings.instructions, *profile, *notes, contact.last_reply, said]


def _besides(runtime: Runtime, contact: Contact) -> list[str]:
    """Return what an answer may take facts from besides, but no prices: hours, addresses, all that is set."""
    return [json.dumps(business_json(runtime.business()), ensure_ascii=False), contact.phone or ""]


def _without_files(item: Item) -> str | list[str]:
    content = item["content"]
    return content if isinstance(content, str) else [part.get("text", "") for part in content]


def found_by(extraction: Extraction, timeout: float | None = None) -> tuple[ContactDetails | None, Usage]:
    """Return what an extraction found; nothing when it failed, even by a bug of ours: it never costs the answer.

    Raises TimeoutError of concurrent.futures when it is not finished in so many seconds.
    """
    try:
        return extraction.future.result(timeout)
    except FutureTimeoutError:
        raise
    except Exception:
        logger.exception("extraction")
        return None, Usage()


def _begin_extraction(runtime: Runtime, contact: Contact, messages: Sequence[Message]) -> Extraction:
    """Begin to read messages for values, those besides that an extraction before it should have read."""
    ids = {message.id for message in messages}
    unheard = runtime.store.messages.get_all([name for name in contact.unheard if name not in ids])
    unheard = of_present_account(contact, unheard)
    unheard = without_taken_back(runtime, [message for message in unheard if not message.revoked_at])
    read = [*unheard, *messages]
    settings = runtime.business()
    fields, business = settings.fields, settings.business
    answers = [each.answer for each in business.questions]
    facts = "\n".join([business.description, business.information, *answers, settings.instructions])
    told = instructions.extraction_input(contact, read)
    return Extraction(
        runtime.pool.submit(runtime.assistant.extract, told, fields),
        said_in(read, contact.last_reply, fields, facts),
    )


def _is_new(conversation: Conversation | None, turn: Turn) -> bool:
    """Tell whether a conversation holds nothing yet but what it was seeded with in this turn."""
    if conversation is None:
        return False
    return conversation.last_item is None or conversation.started_at >= turn.started_at


def _ask(runtime: Runtime, contact: Contact, turn: Turn, question: Question) -> Answer:
    conversation = contact.conversation
    if conversation is None:
        raise ConversationGoneError("the contact has no conversation")
    if question.was_asked and (adopted := runtime.assistant.recover(conversation, question.items)):
        logger.info("adopted", turn=turn.id)
        return adopted
    known = heard(as_present_account(contact), question.extraction.said, runtime.now())
    told = instructions.answer_instructions(known, runtime.business(), runtime.now())
    customer = hashed("customer", contact.id)
    return runtime.assistant.ask(conversation, question.items, told, customer=customer, turn=turn.id)


def _language(runtime: Runtime, contact: Contact, details: ContactDetails | None) -> Language:
    """Return the language of our own words in an answer, by what was just found."""
    found = spoken(contact, details.language if details else None)
    return reply_language(replace(contact, language=found), runtime.settings.default_language)


def _details(runtime: Runtime, extraction: Extraction) -> tuple[ContactDetails | None, Usage, Extraction | None]:
    try:
        return *found_by(extraction, timeout=runtime.timing.extraction_grace), None
    except FutureTimeoutError:
        return None, Usage(), extraction
