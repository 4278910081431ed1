"""What stands before a served application: it keeps what was asked for, and refuses what a test wants refused."""

from collections.abc import Callable, Iterable
from typing import Any

import flask
from werkzeug.wrappers import Request

from shared.errors import AssistantError
from shared.http import error_response


class Gate:
    """A WSGI application around another one."""

    def __init__(self, application: flask.Flask) -> None:
        self._application = application
        self._refusals: list[tuple[str, str, AssistantError]] = []
        self.requests: list[str] = []

    def refuse_next(self, method: str, path_part: str, error: AssistantError) -> None:
        """Answer the next request of this kind with an error of the product instead."""
        self._refusals.append((method, path_part, error))

    def __call__(self, environment: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environment)
        self.requests.append(f"{request.method} {request.path}")
        for refusal in self._refusals:
            method, path_part, error = refusal
            if request.method == method and path_part in request.path:
                self._refusals.remove(refusal)
                return self._refuse(error)(environment, start)
        return self._application(environment, start)

    def _refuse(self, error: AssistantError) -> flask.Response:
        with self._application.app_context():
            return error_response(error)
