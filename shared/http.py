"""HTTP for the three functions: the one JSON error shape, and `/health`."""

import io
from collections.abc import Callable

import flask
from werkzeug.exceptions import RequestEntityTooLarge

from shared.errors import (
    AssistantError,
    BadRequestError,
    EditedError,
    InvalidError,
    MethodNotAllowedError,
    SettingsError,
    TooLargeError,
)
from shared.kept import Kept
from shared.log import logger

HealthCheck = Callable[[], None]
HEALTH_SECONDS = 2.0


def read_body(request: flask.Request, max_bytes: int) -> bytes:
    """Return the raw body; raises TooLargeError, or BadRequestError when it breaks off."""
    request.max_content_length = max_bytes + 1  # a body without a length is cut there, silently
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        body = None
    except OSError:
        raise BadRequestError("the body could not be read") from None
    finally:
        request.stream = io.BytesIO()  # functions-framework reads on after the answer, and must not fail at it
    if body is None or len(body) > max_bytes:
        raise TooLargeError(f"the body is larger than {max_bytes} bytes")
    return body


def error_response(error: AssistantError) -> flask.Response:
    """Return `{"error": {"code", "message"}}`, and `Allow` for a wrong method.

    With the code come `fields` for wrong fields; beside the error, `present` for what somebody else changed.
    """
    told: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, InvalidError):
        told["fields"] = error.fields
    beside = {"present": error.present} if isinstance(error, EditedError) else {}
    response = flask.jsonify({"error": told, **beside})
    response.status_code = error.http_status
    if isinstance(error, MethodNotAllowedError):
        response.headers["Allow"] = ", ".join(error.allowed)
    return response


def settings_response(error: SettingsError) -> flask.Response:
    """Answer 503 to a function that cannot start, and say in the log (not to the caller) what is wrong."""
    logger.error("settings", problems=error.problems)
    response = flask.jsonify({"error": {"code": error.code, "message": "the function is not configured"}})
    response.status_code = error.http_status
    return response


class Health:
    """What `/health` answers. Anybody may ask, so the checks are made at most every two seconds."""

    def __init__(self, checks: dict[str, HealthCheck]) -> None:
        self._results = Kept(lambda: {name: _outcome(check) for name, check in checks.items()}, HEALTH_SECONDS)

    def response(self) -> flask.Response:
        """Answer `{"status", "checks": {name: "ok" or a code}}`, 503 if one fails."""
        results = self._results()
        healthy = all(result == "ok" for result in results.values())
        response = flask.jsonify({"status": "ok" if healthy else "unhealthy", "checks": results})
        response.status_code = 200 if healthy else 503
        response.headers["Cache-Control"] = "no-store"
        return response


def _outcome(check: HealthCheck) -> str:
    try:
        check()
    except AssistantError as error:
        logger.warning("health", code=error.code)
        return error.code
    except Exception:
        logger.exception("health")
        return "unreachable"
    return "ok"
