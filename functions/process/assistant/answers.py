"""OpenAI's answers, read: the part of them that matters here, checked; what else they hold is left alone.

The SDK builds its own objects without checking, so that an answer of another shape would fail wherever it is used.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Tag

from shared.model.usage import Usage
from shared.untrusted import string

SEARCH = "file_search_call"


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(_Answered):
    """A piece of a message: text or a refusal; a picture or a file has neither."""

    text: str | None = None
    refusal: str | None = None


def _parts(content: Any) -> Any:
    """Read words alone, which other servers give back as they were given, as one part."""
    return [{"text": content}] if isinstance(content, str) else content


class MessageItem(_Answered):
    """Something that was said, by either side."""

    id: str
    type: Literal["message"]
    role: str
    status: str | None = None
    phase: str | None = None
    content: Annotated[list[Part], BeforeValidator(_parts)]

    @property
    def text(self) -> str:
        """Return all that was said."""
        return "".join(part.text or "" for part in self.content)

    @property
    def refusal(self) -> str:
        """Return why the model would not answer, which is a polite sentence to the customer."""
        return " ".join(part.refusal for part in self.content if part.refusal).strip()

    @property
    def is_answer(self) -> bool:
        """Tell whether this is a whole message of the model's."""
        return self.role == "assistant" and self.status == "completed"


def final_text(messages: Sequence[MessageItem]) -> str:
    """Return what the customer is to read of what a model said, oldest first; nothing is said twice.

    Some models comment on what they are about to do (`commentary`) before the final answer; that alone is none.
    """
    final = [message for message in messages if message.phase == "final_answer"]
    final = final or [message for message in messages if message.phase != "commentary"]
    return "\n\n".join(dict.fromkeys(filter(None, (message.text.strip() for message in final))))


def refusal_of(messages: Sequence[MessageItem]) -> str:
    """Return why the model would not answer, empty when it did."""
    return " ".join(filter(None, (message.refusal for message in messages)))


class Found(_Answered):
    """A piece of a document that a search found."""

    text: str | None = None


class OtherItem(_Answered):
    """Anything else in a conversation; `call_id` ties a tool call to its output, `results` are a search's."""

    id: str | None = None
    type: str
    call_id: str | None = None
    results: list[Found] | None = None


def _kind(item: Any) -> str:
    return "message" if isinstance(item, dict) and item.get("type") == "message" else "other"


ConversationItem = Annotated[
    Annotated[MessageItem, Tag("message")] | Annotated[OtherItem, Tag("other")], Discriminator(_kind)
]


class CreatedConversation(_Answered):
    """A conversation that was created."""

    id: str


class ItemPage(_Answered):
    """A page of a conversation's items."""

    data: list[ConversationItem]


class HeardUsage(_Answered):
    """What it took to write a recording down."""

    total_tokens: int | None = None
    output_tokens: int | None = None


class Heard(_Answered):
    """What is said in a recording; of a model that is paid by the minute the tokens are not told."""

    text: str
    usage: HeardUsage | None = None

    def tokens(self, model: str) -> Usage:
        """Return what it took this model, nothing when that is not told."""
        if self.usage is None:
            return Usage(model=model)
        whole, written = self.usage.total_tokens or 0, self.usage.output_tokens or 0
        return Usage(model=model, input_tokens=max(0, whole - written), output_tokens=min(whole, written))


class Model(_Answered):
    """A model, and the day on which OpenAI switches it off, if that is known."""

    id: str
    shutdown_date: str | None = None


class ModelPage(_Answered):
    """All models that there are."""

    data: list[Model]


def _words(value: Any) -> str:
    """Read what servers write where OpenAI has words: a number, or nothing."""
    return string(value) or ""


class _Problem(_Answered):
    code: Annotated[str, BeforeValidator(_words)] = ""
    message: Annotated[str, BeforeValidator(_words)] = ""


class _Incomplete(_Answered):
    reason: str | None = None


class _CachedTokens(_Answered):
    cached_tokens: int | None = None


class _Tokens(_Answered):
    input_tokens: int | None = None
    input_tokens_details: _CachedTokens | None = None
    output_tokens: int | None = None


class ModelResponse(_Answered):
    """What the model made of its input."""

    id: str | None = None
    model: str
    status: str | None = None
    output: list[ConversationItem]
    error: _Problem | None = None
    incomplete_details: _Incomplete | None = None
    usage: _Tokens | None = None

    @property
    def text(self) -> str:
        """Return what the model answers, empty when it does not."""
        return final_text(self._messages)

    @property
    def refusal(self) -> str:
        """Return why the model would not answer, empty when it did."""
        return refusal_of(self._messages)

    @property
    def searches(self) -> list[OtherItem]:
        """Return the searches in documents that the answer rests on."""
        return [item for item in self.output if isinstance(item, OtherItem) and item.type == SEARCH]

    @property
    def tokens(self) -> Usage:
        """Return the model and the tokens that it took, as they are kept with a turn."""
        if self.usage is None:
            return Usage(model=self.model)
        details = self.usage.input_tokens_details
        return Usage(
            model=self.model,
            input_tokens=self.usage.input_tokens or 0,
            cached_tokens=(details.cached_tokens if details else None) or 0,
            output_tokens=self.usage.output_tokens or 0,
        )

    @property
    def _messages(self) -> list[MessageItem]:
        return [item for item in self.output if isinstance(item, MessageItem)]
