"""What the product may send: the body of POST /messages, checked as Meta checks it.

Limits are from Meta's reference of the Cloud API: see each model.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from local.phone_simulator.graph_errors import GraphError

Id = Annotated[str, Field(min_length=1, max_length=256)]
KINDS = "text image audio video document sticker template interactive location contacts reaction".split()
MAX_LIST_ROWS = 10


class Part(BaseModel):
    """A part of the body; like Meta, it refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid")


class Text(Part):
    body: str = Field(min_length=1, max_length=4096)
    preview_url: bool | None = None


class MediaReference(Part):
    id: str | None = None
    link: str | None = None
    caption: str | None = Field(None, max_length=1024)
    filename: str | None = Field(None, max_length=240)
    voice: bool | None = None

    @model_validator(mode="after")
    def _name_one_source(self) -> Self:
        if bool(self.id) == bool(self.link):
            raise ValueError("exactly one of id and link is needed")
        return self


class Location(Part):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    name: str | None = None
    address: str | None = None


class Reaction(Part):
    message_id: Id
    emoji: str = ""


class ReplyButton(Part):
    id: Id
    title: str = Field(min_length=1, max_length=20)


class Button(Part):
    type: Literal["reply"]
    reply: ReplyButton


class Row(Part):
    id: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=24)
    description: str | None = Field(None, max_length=72)


class Section(Part):
    title: str | None = Field(None, max_length=24)
    rows: list[Row] = Field(min_length=1)


class ButtonAction(Part):
    buttons: list[Button] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _keep_buttons_apart(self) -> Self:
        for names in zip(*((button.reply.id, button.reply.title) for button in self.buttons), strict=True):
            if len(set(names)) < len(names):
                raise ValueError("button ids and titles must differ")
        return self


class ListAction(Part):
    button: str = Field(min_length=1, max_length=20)
    sections: list[Section] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _limit_rows(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > MAX_LIST_ROWS:
            raise ValueError("a list has at most 10 rows")
        if len({row.id for row in rows}) < len(rows):
            raise ValueError("row ids must differ")
        if len(self.sections) > 1 and not all(section.title for section in self.sections):
            raise ValueError("with several sections each needs a title")
        return self


class BodyText(Part):
    text: str = Field(min_length=1, max_length=1024)


class FooterText(Part):
    text: str = Field(min_length=1, max_length=60)


class Header(Part):
    type: Literal["text", "image", "video", "document"]
    text: str | None = Field(None, min_length=1, max_length=60)
    image: MediaReference | None = None
    video: MediaReference | None = None
    document: MediaReference | None = None

    @model_validator(mode="after")
    def _carry_its_type(self) -> Self:
        if not getattr(self, self.type):
            raise ValueError(f"{self.type} is missing")
        return self


class InteractiveButtons(Part):
    type: Literal["button"]
    header: Header | None = None
    body: BodyText
    footer: FooterText | None = None
    action: ButtonAction


class InteractiveList(Part):
    type: Literal["list"]
    header: Header | None = None
    body: BodyText
    footer: FooterText | None = None
    action: ListAction


class TemplateLanguage(Part):
    code: str
    policy: str | None = None


class Template(Part):
    name: str
    language: TemplateLanguage
    components: list[dict[str, Any]] = []


class ContactName(BaseModel):
    formatted_name: str


class Contact(BaseModel):
    """A contact card; its many optional fields are passed through as they are."""

    model_config = ConfigDict(extra="allow")

    name: ContactName


class Context(Part):
    message_id: Id


class OutboundMessage(Part):
    """The whole body; `to` wins over `recipient` when both are there."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | None = None
    recipient: str | None = None
    type: Literal[
        "text",
        "image",
        "audio",
        "video",
        "document",
        "sticker",
        "template",
        "interactive",
        "location",
        "contacts",
        "reaction",
    ] = "text"
    context: Context | None = None
    biz_opaque_callback_data: str | None = Field(None, max_length=512)
    text: Text | None = None
    image: MediaReference | None = None
    audio: MediaReference | None = None
    video: MediaReference | None = None
    document: MediaReference | None = None
    sticker: MediaReference | None = None
    template: Template | None = None
    interactive: Annotated[InteractiveButtons | InteractiveList, Field(discriminator="type")] | None = None
    location: Location | None = None
    contacts: list[Contact] | None = Field(None, min_length=1)
    reaction: Reaction | None = None

    @property
    def address(self) -> str:
        """The phone number in digits, or the business-scoped user id, it is for."""
        if self.to and not self.to.partition(".")[0].isalpha():
            return "".join(character for character in self.to if character.isdigit())
        return self.to or self.recipient or ""


class TypingIndicator(Part):
    type: Literal["text"]


class ReadReceipt(Part):
    """A mark on a customer's message that it was read; it may show "typing…"."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: Id
    typing_indicator: TypingIndicator | None = None


def parse_message(body: dict[str, Any]) -> OutboundMessage:
    """Check a message; raises GraphError as Meta answers."""
    try:
        message = OutboundMessage.model_validate(body)
    except ValidationError as error:
        raise _graph_error(error.errors()[0]) from error
    if getattr(message, message.type) is None:
        raise GraphError(100, message=f"(#100) The parameter {message.type} is required.")
    if not message.address:
        raise GraphError(100, message="(#100) The parameter to is required.")
    return message


def parse_read_receipt(body: dict[str, Any]) -> ReadReceipt:
    """Check a read receipt; raises GraphError as Meta answers."""
    try:
        return ReadReceipt.model_validate(body)
    except ValidationError as error:
        raise _graph_error(error.errors()[0]) from error


def _graph_error(error: ErrorDetails) -> GraphError:
    # The discriminator of a union stands in the path as if it were a key.
    place = error["loc"][:1] + error["loc"][2:] if error["loc"][:1] == ("interactive",) else error["loc"]
    path = [str(item) for item in place]
    parameter = path[0] + "".join(f"['{item}']" for item in path[1:]) if path else "body"
    if error["type"] == "missing" and len(path) < 2:
        return GraphError(100, message=f"(#100) The parameter {parameter} is required.")
    if error["type"] == "missing":
        return GraphError(131008, f"Parameter {parameter} is required.")
    if error["type"] == "extra_forbidden":
        return GraphError(100, message=f'(#100) Unexpected key "{path[-1]}" on param "{parameter}".')
    if error["type"] == "string_too_long" and path[0] != "interactive":
        limit = error["ctx"]["max_length"]
        return GraphError(100, message=f"(#100) Param {parameter} must be at most {limit} characters long.")
    return GraphError(131009, f"{parameter}: {error['msg']}")
