"""Errors of the API, each with the HTTP status and the fields of OpenAI's error body.

ApiError
├── NoRouteError, of a server that is not OpenAI's
└── built by the functions below, one per situation, so that wording and codes live in one place
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError


class ApiError(Exception):
    """An answer that is an error: HTTP status, OpenAI's error fields and extra headers."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Return the JSON body that OpenAI sends with an error."""
        fields = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": fields}


class NoRouteError(ApiError):
    """The answer of another server that does not have a route, in its own shape."""

    def __init__(self) -> None:
        super().__init__(404, "Not Found")

    def body(self) -> dict[str, Any]:
        """Return a body as FastAPI sends it."""
        return {"detail": self.message}


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Return an HTTP 400."""
    return ApiError(400, message, param=param, code=code)


def not_found(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """Return an HTTP 404."""
    return ApiError(404, message, param=param, code=code)


def missing_key() -> ApiError:
    """Return the HTTP 401 for a request without an API key."""
    return ApiError(401, "You didn't provide an API key. Send it as a bearer token in the Authorization header.")


def conversation_not_found(conversation_id: str) -> ApiError:
    """Return the HTTP 404; OpenAI sends no code here."""
    return not_found(f"Conversation with id '{conversation_id}' not found.")


def conversation_locked() -> ApiError:
    """Return the HTTP 400 while another response runs on the conversation."""
    message = "Another process is currently operating on this conversation. Please retry in a few seconds."
    return bad_request(message, "conversation", "conversation_locked")


def item_not_found(item_id: str) -> ApiError:
    """Return the HTTP 404 for an item that the conversation does not hold."""
    return not_found(f"Item with id '{item_id}' not found.")


def model_not_found(model: str) -> ApiError:
    """Return the HTTP 404 for a model that is not listed."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return not_found(message, "model", "model_not_found")


def prompt_not_found(prompt_id: str) -> ApiError:
    """Return the HTTP 404 for a stored prompt that is gone."""
    return not_found(f"Prompt with id '{prompt_id}' not found.", "prompt", "prompt_not_found")


def context_overflow() -> ApiError:
    """Return the HTTP 400 for input that does not fit the model."""
    message = "Your input exceeds the context window of this model. Please adjust your input and try again."
    return bad_request(message, "input", "context_length_exceeded")


def request_too_large(model: str) -> ApiError:
    """Return the HTTP 429 for a request that alone is more than the account may use in a minute."""
    message = (
        f"Request too large for {model} on tokens per min (TPM): Limit 30000, Requested 31538. "
        "The input or output tokens must be reduced in order to run successfully."
    )
    return ApiError(429, message, kind="tokens", code="rate_limit_exceeded")


def server_error() -> ApiError:
    """Return an HTTP 500."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(500, message, kind="server_error")


def forbidden() -> ApiError:
    """Return the HTTP 403 for a country that OpenAI does not serve."""
    message, code = "Country, region, or territory not supported", "unsupported_country_region_territory"
    return ApiError(403, message, kind="request_forbidden", code=code)


def unpaid(message: str, code: str) -> ApiError:
    """Return the HTTP 429 of an account that has no money or no contract any more."""
    return ApiError(429, f"{message} Please check your plan and billing details.", kind=code, code=code)


def invalid_field(error: ValidationError) -> ApiError:
    """Return the HTTP 400 for the first problem that pydantic found."""
    problem = error.errors(include_url=False, include_context=False)[0]
    param = ".".join(str(part) for part in problem["loc"]) or None
    match problem["type"]:
        case "missing":
            return bad_request(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
        case "extra_forbidden":
            return bad_request(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
        case str(kind) if kind.endswith("_type"):
            return bad_request(f"Invalid type for '{param}': {problem['msg']}.", param, "invalid_type")
    return bad_request(f"Invalid value for '{param}': {problem['msg']}.", param, "invalid_value")
