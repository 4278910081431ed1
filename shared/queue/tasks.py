"""What travels in a Cloud Task: a versioned envelope, one kind per job of the process function."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.errors import BadRequestError


def _document_id(text: str) -> str:
    """Refuse what the store takes for no id (firebase.google.com/docs/firestore/quotas#limits)."""
    if not re.fullmatch(r"[^/]{1,128}", text) or text in (".", "..") or re.fullmatch(r"__.*__", text):
        raise ValueError("is no document's id")
    return text


DocumentId = Annotated[str, AfterValidator(_document_id)]


class _Envelope(BaseModel):
    model_config = ConfigDict(frozen=True)

    v: Literal[1] = 1


class MessageTask(_Envelope):
    """A customer's message as WhatsApp sent it, with its entry of `contacts` when there is one.

    `attempt` counts how often the message that a reaction, edit or revoke is about was not found.
    """

    type: Literal["message"] = "message"
    message: dict[str, Any]
    contact: dict[str, Any] | None = None
    attempt: int = 0


class StatusTask(_Envelope):
    """A delivery status of a message of ours; `attempt` counts how often its message was not found."""

    type: Literal["status"] = "status"
    status: dict[str, Any]
    attempt: int = 0


class EchoTask(_Envelope):
    """What staff wrote in the WhatsApp Business app, as WhatsApp sent it; `attempt` counts as a message's does."""

    type: Literal["echo"] = "echo"
    echo: dict[str, Any]
    attempt: int = 0


class RawTask(_Envelope):
    """Something signed by Meta that is neither: kept for staff as it came."""

    type: Literal["raw"] = "raw"
    field: str
    value: Any


class SendTask(_Envelope):
    """A message of staff to send."""

    type: Literal["send"] = "send"
    message_id: DocumentId


class WakeTask(_Envelope):
    """A contact whose work may have been left lying."""

    type: Literal["wake"] = "wake"
    contact_id: DocumentId


class IdentityTask(_Envelope):
    """An item of `user_id_update` as WhatsApp sent it: a customer's business-scoped user id changed."""

    type: Literal["identity"] = "identity"
    update: dict[str, Any]
    contact: dict[str, Any] | None = None


class MergeTask(_Envelope):
    """Two contacts that turned out to be one person: `loser` goes into `winner`."""

    type: Literal["merge"] = "merge"
    winner: DocumentId
    loser: DocumentId


class MediaTask(_Envelope):
    """A message whose file is to be fetched from WhatsApp; `asked` by staff, whatever its customer may cost."""

    type: Literal["media"] = "media"
    message_id: DocumentId
    asked: bool = False


class PreviewTask(_Envelope):
    """A question that staff try on the assistant."""

    type: Literal["preview"] = "preview"
    preview_id: DocumentId


class EraseTask(_Envelope):
    """A person to be erased, or an erasure to go on with."""

    type: Literal["erase"] = "erase"
    erasure_id: str


class ExportTask(_Envelope):
    """A person's file to be made."""

    type: Literal["export"] = "export"
    export_id: str


class SweepTask(_Envelope):
    """Find all work that nobody is doing."""

    type: Literal["sweep"] = "sweep"


InboundTask = MessageTask | StatusTask | IdentityTask | EchoTask | RawTask


class BatchTask(_Envelope):
    """Several events of one webhook body that has very many, in order; each may be worked on again."""

    type: Literal["batch"] = "batch"
    items: list[Annotated[InboundTask, Field(discriminator="type")]]


Task = (
    InboundTask
    | BatchTask
    | SendTask
    | WakeTask
    | MergeTask
    | MediaTask
    | PreviewTask
    | EraseTask
    | ExportTask
    | SweepTask
)


@dataclass(frozen=True)
class Delivery:
    """One delivery of a task, as Cloud Tasks tells of it; of a request from elsewhere nothing is known.

    `attempt` counts from 0, `previous_response` is the HTTP status of the attempt before, 503 for a connection that
    was lost and None after a deadline (cloud.google.com/tasks/docs/creating-http-target-tasks#handler).
    """

    task: str = ""
    attempt: int = 0
    previous_response: int | None = None

    def follows(self, task: str, attempt: int) -> bool:
        """Tell whether the attempt just before this one surely is over: it was answered, or lost its connection.

        After a deadline its code may still be running. Of attempts further back nothing is known.
        """
        is_next = bool(task) and self.task == task and self.attempt == attempt + 1
        return is_next and self.previous_response not in (None, 504)


class Queue(Protocol):
    """Where tasks are put (shared/queue/client.py)."""

    def enqueue(self, task: Task, *, delay: float = 0, name: str = "") -> None: ...
    def enqueue_all(self, tasks: Iterable[Task]) -> None: ...
    def check(self) -> None: ...


_adapter: TypeAdapter[Task] = TypeAdapter(Annotated[Task, Field(discriminator="type")])


def read_task(body: bytes) -> Task:
    """Read a task from a request body; raises BadRequestError when it is not one."""
    try:
        return _adapter.validate_json(body)
    except ValidationError as error:
        kinds = sorted({item["type"] for item in error.errors(include_input=False, include_url=False)})
        raise BadRequestError(f"not a task: {', '.join(kinds)}") from None
