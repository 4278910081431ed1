"""What the API answers when something fails: always the one error shape."""

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from functions.dashboard_api.session import Sessions
from shared.errors import (
    AssistantError,
    BadRequestError,
    GoneError,
    MethodNotAllowedError,
    NotFoundError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
    UnauthenticatedError,
)
from shared.http import error_response
from shared.log import logger


def handle_errors(app: flask.Flask, sessions: Sessions) -> None:
    """Answer every error in the one shape; who is not signed in is also told how to."""

    @app.errorhandler(AssistantError)
    def expected(error: AssistantError) -> flask.Response:
        response = error_response(error)
        if isinstance(error, UnauthenticatedError):
            body = response.get_json()
            response.set_data(flask.json.dumps({**body, "sign_in": sessions.sign_in_options()}))
        return response

    @app.errorhandler(GoneError)
    def gone(error: GoneError) -> flask.Response:
        return error_response(NotFoundError(error.message))

    @app.errorhandler(StoreBusyError)
    @app.errorhandler(StoreUnavailableError)
    def unavailable(error: StoreError) -> flask.Response:
        logger.exception("store", code=error.code)
        response = error_response(error)
        response.status_code = 503
        return response

    @app.errorhandler(HTTPException)
    def routing(error: HTTPException) -> flask.Response:
        if isinstance(error, MethodNotAllowed):
            return error_response(MethodNotAllowedError(error.valid_methods or ()))
        wrapped = NotFoundError("there is nothing here") if error.code == 404 else BadRequestError(error.name)
        response = error_response(wrapped)
        response.status_code = error.code or 500
        return response

    @app.errorhandler(Exception)
    def unexpected(_error: Exception) -> flask.Response:
        logger.exception("request_failed", path=flask.request.url_rule and flask.request.url_rule.rule)
        return error_response(AssistantError("internal error"))
