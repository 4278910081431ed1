"""The assistant's mind: OpenAI's Conversations and Responses API.

A call that carries a conversation is never retried by the SDK: whether a failed one left its items behind is not
documented, so whoever tries again looks at the conversation's tail first (`recover`).
"""

import datetime as dt
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import httpx2
import openai

from functions.process.assistant import instructions
from functions.process.assistant.answer_check import cleaned, fault_of
from functions.process.assistant.answers import (
    ConversationItem,
    CreatedConversation,
    Heard,
    ItemPage,
    MessageItem,
    ModelPage,
    ModelResponse,
    OtherItem,
    final_text,
    refusal_of,
)
from functions.process.assistant.business_part import RULES
from functions.process.assistant.details import ContactDetails, details_schema, read_details
from functions.process.assistant.errors import NOTHING, AnswerInVainError, Sent, classify_failed, translated
from functions.process.assistant.extraction_prompt import EXTRACTION
from shared.errors import (
    AnswerRefusedError,
    ConversationGoneError,
    ConversationLockedError,
    EffortRefusedError,
    PromptGoneError,
    RemoteError,
)
from shared.log import logger
from shared.model.business import CollectedField
from shared.model.contact import Conversation
from shared.model.usage import Usage
from shared.settings import ProcessSettings

MAX_ANSWER_TOKENS = 1500
MAX_EXTRACTION_TOKENS = 200
TOKENS_A_FIELD = 50  # of an extraction
MAX_SUMMARY_TOKENS = 400
MAX_SEED_ITEMS = 20  # what conversations.create takes
MAX_TAIL_ITEMS = 100  # what one page of items holds
MIN_TOKENS = 16  # what the API lets a response be limited to
# Thinking counts as output: what it may take besides the answer, by effort; more than these is high or above.
REASONING_TOKENS = {"none": 0, "minimal": 4_000, "low": 4_000, "medium": 10_000}
MAX_REASONING_TOKENS = 25_000
USUAL_EFFORT = "medium"  # of a model that is not told any
_WHOLE = re.compile(r".*[.!?…](?=\s|$)", re.DOTALL)
TAKES_EFFORT = re.compile(r"^(gpt-([5-9]|\d\d)|o\d)")

NO_CONVERSATIONS = (
    "OPENAI_BASE_URL has no /conversations: it needs a server with OpenAI's Responses and Conversations API, "
    "not one for chat completions alone"
)

Item = dict[str, Any]


class RawAnswer(Protocol):
    """An answer of OpenAI's that nothing has read yet."""

    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True)
class Timing:
    """How long OpenAI is waited for, in seconds; the answer's own time-out is a setting."""

    connect: float = 3.0
    extraction: float = 10.0
    transcription: float = 30.0
    lock: float = 20.0  # until a conversation that another response runs on is free


@dataclass(frozen=True)
class Answer:
    """A finished answer; `last_item` is the last item it left in the conversation."""

    text: str
    last_item: str | None
    usage: Usage = field(default_factory=Usage)


class Assistant:
    """OpenAI, asked in our name; every failure of its is a RemoteError of shared/errors.py."""

    def __init__(
        self,
        settings: ProcessSettings,
        timing: Timing = Timing(),
        *,
        spend: Callable[[Usage], None] = lambda usage: None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        """Ask as the settings say; through another HTTP client if whoever asks wants to see what is said."""
        self._settings = settings
        self._timing = timing
        self._spend = spend  # told what every call took, also of one in vain
        self._client = openai.OpenAI(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url,
            timeout=httpx2.Timeout(settings.openai_timeout_seconds, connect=timing.connect),
            max_retries=0,
            http_client=http_client,
        )
        # The SDK imports these on first use, which takes 0.3 s: better now than while a customer waits.
        _ = (self._client.responses, self._client.conversations.items)
        self._prompt_gone = False
        self._effort_refused = False

    def new_conversation(self, seed: Sequence[Item], now: dt.datetime) -> Conversation:
        """Create a conversation that begins with at most 20 items."""
        items = list(seed)[-MAX_SEED_ITEMS:]
        with _told_apart(), translated():
            answer = self._client.conversations.with_raw_response.create(items=items)  # type: ignore[arg-type]
            conversation_id = CreatedConversation.model_validate_json(answer.content).id
            newest = self._newest_items(conversation_id, 1) if seed else []
        return Conversation(id=conversation_id, started_at=now, last_item=newest[0].id if newest else None)

    def ask(
        self, conversation: Conversation, items: Sequence[Item], text: str, *, customer: str, turn: str
    ) -> Answer:
        """Add items to the conversation and return the model's answer under the instructions `text`.

        Waits, with jitter, while another response runs on the conversation, and adopts its answer if it was asked
        the same. What a response without a usable answer left there is removed.
        """
        give_up = time.monotonic() + self._timing.lock
        while True:
            try:
                return self._respond(conversation, items, text, customer, turn)
            except PromptGoneError as error:
                self._prompt_gone = True
                logger.warning("prompt_gone", remote_code=error.remote_code)
            except ConversationLockedError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - jitter, not a secret
                with translated(Sent(conversation=True)):
                    if adopted := _finished_answer(self._tail(conversation), _input_text(items)):
                        return adopted

    def recover(self, conversation: Conversation, items: Sequence[Item]) -> Answer | None:
        """Look at what an earlier attempt left in the conversation after its last known item.

        A finished answer to these items is adopted. An unfinished attempt is deleted and None returned, so that
        it can be made again. Raises ConversationGoneError when the tail cannot be mended.
        """
        with translated(Sent(conversation=True)):
            tail = self._known_tail(conversation)
            if _has_dangling_call(tail):
                raise ConversationGoneError("the conversation ends in a tool call")
            adopted = _finished_answer(tail, _input_text(items))
            if adopted:
                return adopted
            self._delete(conversation, tail)
        return None

    def answer_once(self, items: Sequence[Item], text: str) -> Answer:
        """Return the answer to these items alone, under the instructions `text`; OpenAI keeps nothing of it."""
        response = self._generate(
            self._client.responses.with_raw_response.create,
            MAX_ANSWER_TOKENS,
            instructions=text,
            input=list(items),
            store=False,
        )
        return _answer(response, NOTHING)

    def extract(self, text: str, fields: Sequence[CollectedField]) -> tuple[ContactDetails | None, Usage]:
        """Return what the text says about the customer, and the tokens it took; OpenAI's failures are None."""
        client = self._client.with_options(timeout=self._timing.extraction, max_retries=1)
        try:
            response = self._generate(
                client.responses.with_raw_response.parse,
                MAX_EXTRACTION_TOKENS + TOKENS_A_FIELD * len(fields),
                instructions=EXTRACTION,
                input=text,
                text_format=details_schema(fields),
                store=False,
            )
            with translated():
                details = read_details(response.text, fields) if response.text else None
        except RemoteError as error:
            logger.warning("extraction", remote_code=error.remote_code)
            return None, Usage()
        return details, response.tokens

    def summarise(self, transcript: str) -> tuple[str, Usage]:
        """Return a short summary of a conversation, and the tokens it took; raises AnswerRefusedError for none."""
        response = self._generate(
            self._client.with_options(max_retries=1).responses.with_raw_response.create,
            MAX_SUMMARY_TOKENS,
            instructions=instructions.SUMMARY,
            input=transcript,
            store=False,
        )
        if not response.text:
            raise AnswerRefusedError("the model wrote no summary", remote_code=str(response.status))
        return response.text, response.tokens

    def transcribe(self, audio: bytes, filename: str) -> tuple[str, Usage]:
        """Return what is said in a recording, and the tokens it took; the name's suffix tells its format."""
        client = self._client.with_options(timeout=self._timing.transcription, max_retries=1)
        with translated():
            answer = client.audio.transcriptions.with_raw_response.create(
                model=self._settings.openai_transcription_model, file=(filename, audio)
            )
            heard = Heard.model_validate_json(answer.content)
        usage = heard.tokens(self._settings.openai_transcription_model)
        self._spend(usage)
        return heard.text.strip(), usage

    def check_account(self) -> None:
        """Ask for a word; raises UnpaidError as long as OpenAI answers nothing before it is paid."""
        create = self._client.responses.with_raw_response.create
        self._generate(create, MIN_TOKENS, input="Hello", store=False)

    def shutdowns(self) -> dict[str, str]:
        """Return which of the models in use OpenAI switches off, and the day as it writes it."""
        used = (self._settings.openai_model, self._settings.openai_transcription_model)
        with translated():
            answer = self._client.models.with_raw_response.list()
            models = ModelPage.model_validate_json(answer.content).data
        return {model.id: model.shutdown_date for model in models if model.id in used and model.shutdown_date}

    def close(self) -> None:
        """Close the connections that are kept for further calls."""
        self._client.close()

    def _respond(
        self, conversation: Conversation, items: Sequence[Item], text: str, customer: str, turn: str
    ) -> Answer:
        prompted = bool(self._settings.openai_prompt_id) and not self._prompt_gone
        prompt: dict[str, Any] = {"prompt": {"id": self._settings.openai_prompt_id}} if prompted else {}
        sent = Sent(prompt=prompted, conversation=True)
        response = self._generate(
            self._client.responses.with_raw_response.create,
            MAX_ANSWER_TOKENS,
            sent,
            conversation=conversation.id,
            instructions=text,
            input=list(items),
            metadata={"turn": turn},
            safety_identifier=customer,
            prompt_cache_key=customer,
            **prompt,
        )
        try:
            return _answer(response, sent)
        except RemoteError:
            self._forget(conversation)
            raise

    def _generate(
        self, create: Callable[..., RawAnswer], max_tokens: int, sent: Sent = NOTHING, **request: Any
    ) -> ModelResponse:
        """Make a request of so many tokens, thinking not counted; without an effort if the model refuses it."""
        effort = self._effort()
        try:
            with translated(replace(sent, effort=bool(effort))):
                answer = create(
                    model=self._settings.openai_model,
                    max_output_tokens=max_tokens + self._reasoning_tokens(effort),
                    **request,
                    **({"reasoning": {"effort": effort}} if effort else {}),
                )
                response = ModelResponse.model_validate_json(answer.content)
                # By the name that prices are set for; servers answer with others, such as a dated one.
                response = response.model_copy(update={"model": self._settings.openai_model})
        except EffortRefusedError as error:
            self._effort_refused = True
            logger.warning("effort_refused", effort=effort, remote_code=error.remote_code)
            return self._generate(create, max_tokens, sent, **request)
        self._spend(response.tokens)
        return response

    def _effort(self) -> str | None:
        """Return the reasoning effort, None for models that take none; `none` answers fastest."""
        if self._effort_refused:
            return None
        fastest = "none" if TAKES_EFFORT.match(self._settings.openai_model) else None
        return self._settings.openai_reasoning_effort or fastest

    def _reasoning_tokens(self, effort: str | None) -> int:
        thinks = effort or (USUAL_EFFORT if self._effort_refused else "none")
        return REASONING_TOKENS.get(thinks, MAX_REASONING_TOKENS)

    def _forget(self, conversation: Conversation) -> None:
        """Remove what a response without an answer left; what cannot be is left to `recover`."""
        try:
            with translated():
                self._delete(conversation, self._known_tail(conversation))
        except RemoteError as error:
            logger.warning("not_removed", remote_code=error.remote_code)

    def _delete(self, conversation: Conversation, items: Sequence[ConversationItem]) -> None:
        for item_id in filter(None, (item.id for item in items)):
            self._client.conversations.items.with_raw_response.delete(item_id, conversation_id=conversation.id)

    def _tail(self, conversation: Conversation) -> list[ConversationItem]:
        """List the items after the last known one, newest first."""
        newest = self._newest_items(conversation.id, MAX_TAIL_ITEMS)
        return list(itertools.takewhile(lambda item: item.id != conversation.last_item, newest))

    def _known_tail(self, conversation: Conversation) -> list[ConversationItem]:
        """List the items that may be deleted; raises ConversationGoneError if nobody knows where they begin."""
        newest = self._newest_items(conversation.id, MAX_TAIL_ITEMS)
        ids = [item.id for item in newest]
        if conversation.last_item is None and len(newest) < MAX_TAIL_ITEMS:
            return newest
        if conversation.last_item not in ids:
            raise ConversationGoneError("the last known item is not there", remote_code="last_item_not_found")
        return newest[: ids.index(conversation.last_item)]

    def _newest_items(self, conversation_id: str, limit: int) -> list[ConversationItem]:
        items = self._client.conversations.items.with_raw_response
        answer = items.list(conversation_id, limit=limit, order="desc")
        return ItemPage.model_validate_json(answer.content).data


@contextmanager
def _told_apart() -> Iterator[None]:
    """Say plainly that a server has no conversations; the turn waits, since somebody can set another one."""
    try:
        yield
    except RemoteError as error:
        if error.remote_code not in ("http_404", "http_405"):
            raise
        logger.error("no_conversations", remote_code=error.remote_code)
        raise RemoteError(NO_CONVERSATIONS, remote_code="no_conversations", retryable=True) from error


def _answer(response: ModelResponse, sent: Sent) -> Answer:
    if response.status == "failed" or response.error:
        error = response.error
        raise classify_failed(error.code if error else "server_error", error.message if error else "", sent)
    text = response.text or response.refusal  # a refusal is sent like an answer
    if response.status == "incomplete":
        text = _whole_sentences(text)
    text = cleaned(text)
    if fault := fault_of(text, RULES):
        reason = response.incomplete_details.reason if response.incomplete_details else None
        cause = fault if fault != "empty" else str(reason or response.status)
        raise AnswerInVainError(
            "the model gave no answer",
            remote_code=cause,
            retryable=reason != "content_filter",
            usage=response.tokens,
        )
    return Answer(text, response.output[-1].id, response.tokens)


def _whole_sentences(text: str) -> str:
    """Drop the broken end of an answer that ran out of tokens, if something whole comes before it."""
    whole = _WHOLE.match(text)
    return whole[0] if whole else text


def _finished_answer(tail: Sequence[ConversationItem], asked: str) -> Answer | None:
    """Return what answers the question, if the tail, newest first, is an answer and then that question.

    What the model thought in between is no part of it; a thought that nothing follows is an answer broken off.
    """
    if not tail or not isinstance(tail[0], MessageItem):
        return None
    spoken = [item for item in tail if item.type != "reasoning"]
    answer = list(itertools.takewhile(_is_answer, spoken))
    match spoken[len(answer) :]:
        case [MessageItem(text=question), *_] if question == asked:
            said = [item for item in reversed(answer) if isinstance(item, MessageItem)]
            text = cleaned(final_text(said) or refusal_of(said))
            return None if fault_of(text, RULES) else Answer(text, tail[0].id)
    return None


def _is_answer(item: ConversationItem) -> bool:
    return isinstance(item, MessageItem) and item.is_answer


def _input_text(items: Sequence[Item]) -> str:
    content = items[-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _has_dangling_call(tail: Sequence[ConversationItem]) -> bool:
    calls = [item for item in tail if isinstance(item, OtherItem)]
    answered = {item.call_id for item in calls if item.type == "function_call_output"}
    return any(item.type == "function_call" and item.call_id not in answered for item in calls)
