"""HTTP for the three functions: the one JSON error shape, and `/health`."""

from collections.abc import Callable

import flask

from shared.errors import AssistantError, InvalidError, SettingsError
from shared.log import logger

HealthCheck = Callable[[], None]


def error_response(error: AssistantError) -> flask.Response:
    """Turn an error into `{"error": {"code", "message"}}`, with `fields` for wrong fields."""
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, InvalidError):
        body["fields"] = error.fields
    response = flask.jsonify({"error": body})
    response.status_code = error.http_status
    return response


def settings_response(error: SettingsError) -> flask.Response:
    """Answer 503 to a function that cannot start, and say in the log (not to the caller) what is wrong."""
    logger.error("settings", problems=error.problems)
    response = flask.jsonify({"error": {"code": error.code, "message": "the function is not configured"}})
    response.status_code = error.http_status
    return response


def health_response(checks: dict[str, HealthCheck]) -> flask.Response:
    """Run each check and answer `{"status", "checks": {name: "ok" or a code}}`, 503 if one fails."""
    results = {name: _outcome(check) for name, check in checks.items()}
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
