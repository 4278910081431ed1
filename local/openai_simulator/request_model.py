"""The body of POST /v1/responses, as far as the simulator knows it."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from local.openai_simulator.api_errors import bad_request
from local.openai_simulator.body import Body, Metadata
from local.openai_simulator.models import Model
from local.openai_simulator.structured import check_strict_schema

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Reference(Body):
    """An object that is named by its id."""

    id: str


class Prompt(Body):
    """A stored prompt with its variables."""

    id: str
    version: str | None = None
    variables: dict[str, Any] | None = None


class Reasoning(Body):
    """How much the model thinks."""

    effort: Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class Format(Body):
    """The form of the output text."""

    type: Literal["text", "json_object", "json_schema"]
    name: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,64}$")] | None = None
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    description: str | None = None
    strict: bool | None = None


class TextOptions(Body):
    """Options of the output text."""

    format: Format | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class ContextManagement(Body):
    """When the server compacts the context."""

    type: Literal["compaction"]
    compact_threshold: Annotated[int, Field(ge=1000)] | None = None


class ResponseRequest(Body):
    """A request for a response; streaming and background runs are not offered here."""

    model: str
    input: str | list[Any]
    instructions: str | None = None
    conversation: str | Reference | None = None
    previous_response_id: str | None = None
    prompt: Prompt | None = None
    text: TextOptions | None = None
    metadata: Metadata | None = None
    store: bool | None = None
    reasoning: Reasoning | None = None
    safety_identifier: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    prompt_cache_key: ShortText | None = None
    prompt_cache_options: dict[str, Any] | None = None
    context_management: list[ContextManagement] | None = None
    max_output_tokens: Annotated[int, Field(ge=16)] | None = None
    max_tool_calls: int | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    include: list[str] | None = None
    service_tier: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_logprobs: int | None = None
    truncation: Literal["auto", "disabled"] | None = None
    user: str | None = None
    stream: Literal[False] | None = None
    background: Literal[False] | None = None

    @property
    def conversation_id(self) -> str | None:
        """The conversation, however it was named."""
        return self.conversation.id if isinstance(self.conversation, Reference) else self.conversation

    @property
    def format(self) -> Format:
        """The form of the output; plain text by default."""
        return (self.text.format if self.text else None) or Format(type="text")

    @property
    def schema_to_fill(self) -> dict[str, Any] | None:
        """The JSON schema of a structured output."""
        return self.format.schema_ if self.format.type == "json_schema" else None

    def check(self, model: Model) -> None:
        """Raise a 400 ApiError for fields that do not go together or not with this model."""
        if self.conversation is not None and self.previous_response_id is not None:
            message = "Mutually exclusive parameters: 'conversation' and 'previous_response_id'."
            raise bad_request(message, "conversation", "mutually_exclusive_parameters")
        if model.transcribes:
            raise bad_request(f"The model '{model.id}' is not supported in this endpoint.", "model")
        if self.reasoning and self.reasoning.effort and not model.reasons:
            message = "Unsupported parameter: 'reasoning.effort' is not supported with this model."
            raise bad_request(message, "reasoning.effort", "unsupported_parameter")
        effort = self.reasoning.effort if self.reasoning else None
        if effort and effort not in model.efforts:
            supported = ", ".join(f"'{one}'" for one in model.efforts)
            message = f"Unsupported value: '{effort}' is not supported with the '{model.id}' model. "
            raise bad_request(
                f"{message}Supported values are: {supported}.", "reasoning.effort", "unsupported_value"
            )
        self._check_format()

    def _check_format(self) -> None:
        if self.format.type != "json_schema":
            return
        for field, value in (("name", self.format.name), ("schema", self.format.schema_)):
            if value is None:
                param = f"text.format.{field}"
                message = f"Missing required parameter: '{param}'."
                raise bad_request(message, param, "missing_required_parameter")
        if self.format.strict is not False:
            check_strict_schema(self.format.schema_ or {}, self.format.name or "")
