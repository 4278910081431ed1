"""The assistant's mind: OpenAI's Conversations and Responses API.

A call that carries a conversation is never retried by the SDK: whether a failed one left its items behind is not
documented, so whoever tries again looks at the conversation's tail first (`recover`).
"""

import datetime as dt
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import httpx2
import openai

from functions.process.assistant import instructions
from functions.process.assistant.answers import Heard, ModelPage, ModelResponse
from functions.process.assistant.conversations import Conversations
from functions.process.assistant.details import ContactDetails, details_schema, read_details
from functions.process.assistant.effort import effort_of, reasoning_tokens
from functions.process.assistant.errors import NOTHING, Sent, translated
from functions.process.assistant.extraction_prompt import EXTRACTION
from functions.process.assistant.finished import (
    Answer,
    Item,
    answer_of,
    finished_answer,
    has_dangling_call,
    input_text,
)
from functions.process.assistant.records import Records
from functions.process.assistant.server import check_server
from shared.errors import (
    AnswerRefusedError,
    ConversationGoneError,
    ConversationLockedError,
    EffortRefusedError,
    KnowledgeRefusedError,
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
MAX_SEARCH_RESULTS = 5  # pieces of some 800 tokens each that one search adds to the input
MIN_TOKENS = 16  # what the API lets a response be limited to


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
        self._conversations = Conversations(self._client)
        self.records = Records(self._client)
        self._prompt_gone = False
        self._effort_refused = False
        self._knowledge_refused = False

    def new_conversation(
        self, seed: Sequence[Item], now: dt.datetime, begun: Callable[[str], None] = lambda _: None
    ) -> Conversation:
        """Create a conversation that begins with at most 20 items; `begun` is told its id while it is empty."""
        with translated(Sent(to="conversations")):
            conversation_id, last_item = self._conversations.create(seed, begun)
        return Conversation(id=conversation_id, started_at=now, last_item=last_item)

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
                    if adopted := finished_answer(self._conversations.tail(conversation), input_text(items)):
                        return adopted

    def recover(self, conversation: Conversation, items: Sequence[Item]) -> Answer | None:
        """Look at what an earlier attempt left in the conversation after its last known item.

        A finished answer to these items is adopted. An unfinished attempt is deleted and None returned, so that
        it can be made again. Raises ConversationGoneError when the tail cannot be mended.
        """
        with translated(Sent(conversation=True)):
            tail = self._conversations.known_tail(conversation)
            if has_dangling_call(tail):
                raise ConversationGoneError("the conversation ends in a tool call")
            adopted = finished_answer(tail, input_text(items))
            if adopted:
                return adopted
            self._conversations.delete(conversation, tail)
        return None

    def answer_once(self, items: Sequence[Item], text: str) -> Answer:
        """Return the answer to these items alone, under the instructions `text`; OpenAI keeps nothing of it."""
        response = self._generate(
            self._client.responses.with_raw_response.create,
            MAX_ANSWER_TOKENS,
            Sent(knowledge=True),
            instructions=text,
            input=list(items),
            store=False,
        )
        return answer_of(response, NOTHING)

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

    def check_server(self) -> None:
        """Raise ServerLacksError when the server has no conversations or no responses; costs nothing."""
        check_server(self._client)

    def shutdowns(self) -> dict[str, str]:
        """Return which of the models in use OpenAI switches off, and the day as it writes it; asks once."""
        used = (self._settings.openai_model, self._settings.openai_transcription_model)
        with translated():
            answer = self._client.with_options(max_retries=0).models.with_raw_response.list()
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
        sent = Sent(prompt=prompted, conversation=True, knowledge=True)
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
            return answer_of(response, sent)
        except RemoteError:
            self._forget(conversation)
            raise

    def _generate(
        self, create: Callable[..., RawAnswer], max_tokens: int, sent: Sent = NOTHING, **request: Any
    ) -> ModelResponse:
        """Make a request of so many tokens, thinking not counted; without what the server or the model refuses."""
        wanted, refused = self._settings.openai_reasoning_effort, self._effort_refused
        effort = effort_of(self._settings.openai_model, wanted, refused=refused)
        search = self._search() if sent.knowledge else {}
        try:
            with translated(replace(sent, effort=bool(effort), knowledge=bool(search), to="responses")):
                answer = create(
                    model=self._settings.openai_model,
                    max_output_tokens=max_tokens + reasoning_tokens(effort, refused=refused),
                    **request,
                    **search,
                    **({"reasoning": {"effort": effort}} if effort else {}),
                )
                response = ModelResponse.model_validate_json(answer.content)
                # By the name that prices are set for; servers answer with others, such as a dated one.
                response = response.model_copy(update={"model": self._settings.openai_model})
        except (EffortRefusedError, KnowledgeRefusedError) as error:
            self._leave_out(error, effort)
            return self._generate(create, max_tokens, sent, **request)
        self._spend(response.tokens)
        return response

    def _leave_out(self, refused: RemoteError, effort: str | None) -> None:
        """Remember what was refused, and do without it."""
        if isinstance(refused, KnowledgeRefusedError):
            self._knowledge_refused = True
            logger.error("knowledge_refused", remote_code=refused.remote_code)
        else:
            self._effort_refused = True
            logger.warning("effort_refused", effort=effort, remote_code=refused.remote_code)

    def _search(self) -> dict[str, Any]:
        """Return what lets the model look into the vector stores, and tells us what it found."""
        stores = self._settings.vector_stores
        if not stores or self._knowledge_refused:
            return {}
        tool = {"type": "file_search", "vector_store_ids": stores, "max_num_results": MAX_SEARCH_RESULTS}
        return {"tools": [tool], "include": ["file_search_call.results"]}

    def _forget(self, conversation: Conversation) -> None:
        """Remove what a response without an answer left; what cannot be is left to `recover`."""
        try:
            with translated():
                self._conversations.delete(conversation, self._conversations.known_tail(conversation))
        except RemoteError as error:
            logger.warning("not_removed", remote_code=error.remote_code)
