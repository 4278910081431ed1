"""What the dashboard may send, checked; every wrong field is named in one InvalidError."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import flask
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    RootModel,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from functions.dashboard_api.members import Role
from functions.dashboard_api.news import MAX_NEWS_CHARACTERS
from shared import http
from shared.errors import BadRequestError, InvalidError
from shared.model.business import MAX_LABELS, MAX_VERSION, BusinessSettings
from shared.model.contact import MAX_FIELD_CHARACTERS
from shared.model.note import MAX_NOTE_CHARACTERS
from shared.model.value import value
from shared.settings import Language
from shared.store.previews import Speaker
from shared.whatsapp.attachments import MAX_CAPTION_CHARACTERS
from shared.whatsapp.client import MAX_TEXT_CHARACTERS

MAX_BYTES = 256 * 1024
MAX_ID_CHARACTERS = 128
MAX_PAUSE_MINUTES = 7 * 24 * 60
MAX_PREVIEW_TURNS = 100
MAX_QUERY_CHARACTERS = 1000
NO_OBJECT = "the body is not a JSON object"

Minutes = Annotated[int, Field(ge=0, le=MAX_PAUSE_MINUTES)]
Seen = Annotated[str | None, Field(max_length=MAX_NEWS_CHARACTERS)]
TableLanguage = Literal["it", "en"]  # those of the page
ReplyTo = Annotated[str | None, Field(max_length=MAX_ID_CHARACTERS)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_FIELD_CHARACTERS)]


class Body(BaseModel):
    """What a request may carry; anything else is refused."""

    model_config = ConfigDict(extra="forbid")


class EraseBody(Body):
    """What shows that erasing a customer is meant: their name or number, as the page shows it."""

    confirm: Line


class LoginBody(BaseModel):
    """A sign-in; which of the two is needed depends on the mode."""

    email: Line | None = None
    credential: str | None = Field(default=None, max_length=8192)


class LogoutBody(Body):
    """Signing out here, or everywhere."""

    everywhere: bool = False


class TextBody(Body):
    """A message of staff.

    `pause_minutes` is for how long the assistant then pauses, in place of the settings'; `reply_to` is the id of
    the message that it answers to, which it quotes; `seen` is the conversation's `news` when it was written.
    """

    reply_to: ReplyTo = None
    seen: Seen = None
    pause_minutes: Annotated[Minutes, Field(strict=True)] | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARACTERS)]


class CaptionBody(Body):
    """What goes with a file of staff; see TextBody. `voice` has an Ogg file played as a voice message."""

    reply_to: ReplyTo = None
    seen: Seen = None
    pause_minutes: Minutes | None = None
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_CAPTION_CHARACTERS)] = ""
    voice: bool = False


class TemplateChoice(Body):
    """A template: which one, and its parameters by component, in their order or by name."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=512)]
    language: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    parameters: dict[Literal["header", "body", "button"], list[str] | dict[str, str]] = {}

    def body(self, client_message_id: str) -> "TemplateBody":
        """Return the template as a message under an id."""
        return TemplateBody(client_message_id=client_message_id, **self.model_dump())


class TemplateBody(TemplateChoice):
    """A template to send, under the id that the page made."""

    client_message_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARACTERS)]


class ReadBody(Body):
    """That staff read a conversation; `dismiss` also takes the attention mark off.

    `seen` is the conversation's `news` as they saw it: what is newer stays.
    """

    dismiss: bool = False
    seen: Seen = None


class PauseBody(Body):
    """For how many minutes the assistant pauses; 0 until it is told to go on."""

    minutes: Annotated[Minutes, Field(strict=True)] = 0


class ConversationBody(Body):
    """What changes of a conversation: whose it is, its labels, until when it is put off, its language."""

    assignee: Line | None = None
    labels: Annotated[list[Line], Field(max_length=MAX_LABELS)] = []
    snoozed_until: AwareDatetime | None = None
    language: Language | None = None


class PresenceBody(Body):
    """Whether somebody types where they have a conversation open."""

    typing: Annotated[bool, Field(strict=True)] = False


class EmptyBody(Body):
    """Nothing to say."""


class MemberBody(Body):
    """What a member of staff may do; left out it stays as it is, and is `agent` for somebody new."""

    role: Role | None = None


class ConversationsQuery(BaseModel):
    """Which conversations are listed, a page at a time."""

    filter: str = "all"
    q: str = ""
    cursor: str = ""


class SearchBody(Body):
    """What a search is for and where it goes on; a name has no place in the address of a request."""

    query: Annotated[str, StringConstraints(max_length=MAX_QUERY_CHARACTERS)] = ""
    filter: str = "all"
    cursor: str = ""


class ContactsQuery(BaseModel):
    """Which contacts a table has, the language of its column names, and what is between cells.

    Excel wants `;` where decimals have a comma.
    """

    filter: str = "all"
    q: str = ""
    language: TableLanguage = "en"
    separator: Literal[",", ";"] = ","


class ExportQuery(BaseModel):
    """Whether a customer's file is made anew although there is one of today."""

    fresh: bool = False


class MessagesQuery(BaseModel):
    """Before which message a page of a conversation ends, or after or around which one it lies; the newest without.

    `before` and `after` are cursors, `around` is a message's id.
    """

    before: str = ""
    after: str = ""
    around: str = ""


class NotesQuery(BaseModel):
    """Where a page of a conversation's notes begins; at the newest without."""

    cursor: str = ""


class SyncQuery(BaseModel):
    """Since when changes are told, and of which conversation the messages too."""

    since: str = ""
    conversation: str = ""


class StatsQuery(BaseModel):
    """The days whose numbers are told, such as `2026-11-28`; without them the last four weeks."""

    first: str = Field(default="", alias="from")
    last: str = Field(default="", alias="to")


class ActivityQuery(BaseModel):
    """Where a page of what staff did begins."""

    cursor: str = ""


@value
class SettingsDocument(BusinessSettings):
    """The settings with the number of their version, 0 until some are saved."""

    version: Annotated[int, Field(ge=0, le=MAX_VERSION)]


class SettingsBody(RootModel[dict[str, Any]]):
    """The settings as they were read, edited; what is in them is checked by the model of the business."""

    @classmethod
    def __get_pydantic_json_schema__(cls, _own: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(TypeAdapter(SettingsDocument).core_schema)


class RestoreBody(Body):
    """The version of the settings to return to, and the one that was in force when that was decided."""

    version: Annotated[int, Field(strict=True, ge=1, le=MAX_VERSION)]
    seen: Annotated[int, Field(strict=True, ge=0, le=MAX_VERSION)]


class PreviewTurnBody(Body):
    """Something that was said earlier in a preview."""

    role: Speaker
    text: Annotated[str, StringConstraints(max_length=20_000)]


class PreviewBody(Body):
    """What a customer could write, after what was said before; `settings` are tried in place of the saved ones."""

    message: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARACTERS)]
    turns: Annotated[list[PreviewTurnBody], Field(max_length=MAX_PREVIEW_TURNS)] = []
    settings: dict[str, Any] | None = None


class ProfileBody(BaseModel):
    """The fields that change, by name; null or blank clears one. `dismiss` names those whose suggestion goes.

    `seen` is the `updated_at` of the card that was edited. Which fields there are is the business's to say, so that
    they are checked against its settings (functions/dashboard_api/profile.py).
    """

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, Line | None] = Field(init=False)

    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE_CHARACTERS)] | None = None
    notes_for_assistant: Annotated[bool, Field(strict=True)] | None = None
    dismiss: list[Line] = []
    seen: Annotated[AwareDatetime, Field(strict=True)] | None = None

    @property
    def values(self) -> dict[str, str | None]:
        """Return what each named field is to be, None for cleared."""
        return {name: value or None for name, value in self.__pydantic_extra__.items()}


class NoteBody(Body):
    """A note of staff; `client_note_id` is the caller's own name for it."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE_CHARACTERS)]
    for_assistant: Annotated[bool, Field(strict=True)] = False
    client_note_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARACTERS)] | None = None


BodyT = TypeVar("BodyT", bound=BaseModel)


def read_json(request: flask.Request, kind: type[BodyT]) -> BodyT:
    """Read a JSON body; an empty one counts as `{}`."""
    raw = _read_raw(request)
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid(error) from None


def read_query(request: flask.Request, kind: type[BodyT]) -> BodyT:
    """Read the query string, the first of each name; raises BadRequestError for what cannot be."""
    try:
        return kind.model_validate(request.args.to_dict())
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        raise BadRequestError(f"{'.'.join(map(str, problem['loc']))}: {_sentence(problem)}") from None


def read_fields(fields: Mapping[str, str], kind: type[BodyT]) -> BodyT:
    """Check the fields of a form."""
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        raise _invalid(error) from None


def _read_raw(request: flask.Request) -> bytes:
    raw = http.read_body(request, MAX_BYTES).strip()
    if raw and not request.is_json:
        raise BadRequestError("the body must be JSON, with its Content-Type")
    return raw or b"{}"


def _invalid(error: ValidationError) -> InvalidError | BadRequestError:
    problems = error.errors(include_input=False, include_url=False)
    fields = {str(item["loc"][0]): _sentence(item) for item in problems if item["loc"]}
    if not fields:
        return BadRequestError(NO_OBJECT)
    return InvalidError("Some fields are not valid", fields)


def _sentence(item: Any) -> str:
    return str(item["msg"]).removeprefix("Value error, ")
