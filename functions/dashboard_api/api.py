"""The registry of the API's routes: what each takes and answers, who may use it, how it may fail.

A route is a function below a decorator. What it takes and answers is what its annotations say:

    @api.post("/api/conversations/<contact_id>/notes", role="agent", note="note", status=201)
    def write_note(contact_id: str, body: NoteBody, query: NoteQuery) -> NoteView:
        \"""Write a note.\"""

`note` is the word under which the list of what staff did tells of it (activity.py). `body` and `query` are pydantic
models; a change without `body` takes an empty one. The answer is the JSON of the returned TypedDict or model; None
answers 204; a `flask.Response` needs `answers`. Who is signed in is `flask.g.staff`. The docstring is what the
API's description (openapi.py) says of the route.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import flask
from pydantic import BaseModel

from functions.dashboard_api.bodies import EmptyBody, read_json, read_query
from functions.dashboard_api.members import Role, require_role
from shared.errors import AssistantError

FORM_TYPE = "multipart/form-data"
JSON_TYPE = "application/json"
# Keeps who did what, about which conversation and what else; under a name that the caller gave it is one act.
Note = Callable[[str, str, str | None, str, str], None]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Answer:
    """One way in which a route answers; `shape` is the type of its JSON, None without any."""

    status: int
    content_type: str = JSON_TYPE
    shape: Any = None


@dataclass(frozen=True)
class Route:
    """A route; `role` is None where nobody has to be signed in, `form` says that the body may be a form instead.

    `note` is the word for what staff did, empty where nothing is to be noted.
    """

    method: str
    rule: str
    role: Role | None
    note: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answers: Sequence[Answer]
    errors: Sequence[type[AssistantError]]
    form: type[BaseModel] | None
    description: str

    @property
    def endpoint(self) -> str:
        """Name the route for Flask, which takes a dot for something else."""
        return f"{self.method} {self.rule}".replace(".", " ")


class Api:
    """The routes that are described; what Flask knows beside them is the page and `/health`."""

    def __init__(self, app: flask.Flask, note: Note) -> None:
        """Add routes to an application; `note` keeps what staff do."""
        self._app, self._note = app, note
        self.routes: dict[str, Route] = {}

    def get(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Add a route that changes nothing."""
        return self.route("GET", rule, **options)

    def post(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Add a route that does something."""
        return self.route("POST", rule, **options)

    def put(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Add a route that writes something under a name that the caller gives."""
        return self.route("PUT", rule, **options)

    def patch(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Add a route that changes what its body names."""
        return self.route("PATCH", rule, **options)

    def delete(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Add a route that takes something away."""
        return self.route("DELETE", rule, **options)

    def route(  # noqa: PLR0913 - what is said of a route, each by its name
        self,
        method: str,
        rule: str,
        *,
        role: Role | None,
        note: str = "",
        status: int = 200,
        answers: Sequence[Answer] = (),
        errors: Sequence[type[AssistantError]] = (),
        form: type[BaseModel] | None = None,
    ) -> Callable[[ViewT], ViewT]:
        """Add a route.

        `status` is that of the JSON answer; `answers` names the answers of a function that returns a
        `flask.Response`; `errors` those of its own, beside what every route may answer (openapi.py). With `form`
        the body may be a form instead, with these fields and a file: `body` is then None, and the function reads
        the form by itself.
        """

        def add(view: ViewT) -> ViewT:
            hints = get_type_hints(view)
            route = Route(
                method=method,
                rule=rule,
                role=role,
                note=note,
                body=_model(hints.get("body")),
                query=hints.get("query"),
                answers=answers or (_answer(hints["return"], status),),
                errors=errors,
                form=form,
                description=inspect.getdoc(view) or "",
            )
            self.routes[route.endpoint] = route
            handler = _handler(route, view, status, self._note)
            self._app.add_url_rule(rule, route.endpoint, handler, methods=[method])
            return view

        return add

    def current(self) -> Route | None:
        """Return the route that is asked for, if there is one."""
        return self.routes.get(flask.request.endpoint or "")

    def require_role(self, role: Role) -> None:
        """Raise ForbiddenError for whom the route is not for; what is not described is for owners alone."""
        route = self.current()
        require_role(role, (route and route.role) or "owner")


def _model(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a body that may be None."""
    options = [kind for kind in getattr(annotation, "__args__", (annotation,)) if kind is not type(None)]
    return options[0] if options[0] is not None else None


def _answer(returned: Any, status: int) -> Answer:
    if returned is flask.Response:
        raise TypeError("a route that returns a flask.Response has to name its answers")
    return Answer(204, "") if returned is type(None) else Answer(status, JSON_TYPE, returned)


def _handler(route: Route, view: Callable[..., Any], status: int, note: Note) -> Callable[..., flask.Response]:
    @functools.wraps(view)
    def handle(**path: Any) -> flask.Response:
        given: dict[str, Any] = dict(path)
        if route.query:
            given["query"] = read_query(flask.request, route.query)
        body = _read_body(route)
        if route.body:
            given["body"] = body
        answer = view(**given)
        if route.note:
            note(flask.g.staff.email, route.note, _whose(path, answer), path.get("email", ""), _name(path, body))
        return _respond(answer, status)

    return handle


def _whose(path: Mapping[str, str], answer: Any) -> str | None:
    """Return the conversation that a request was about; one that it began is told by its answer."""
    begun = answer.get("conversation_id") if isinstance(answer, Mapping) else None
    return path.get("contact_id") or begun


def _name(path: Mapping[str, str], body: BaseModel | None) -> str:
    """Return what the caller calls what they write, empty where it has no name."""
    in_body = (getattr(body, name, None) for name in ("client_message_id", "client_note_id"))
    return next(filter(None, (path.get("client_message_id"), *in_body)), "")


def _read_body(route: Route) -> BaseModel | None:
    if route.method in SAFE_METHODS or (route.form and flask.request.mimetype == FORM_TYPE):
        return None
    return read_json(flask.request, route.body or EmptyBody)


def _respond(answer: Any, status: int) -> flask.Response:
    if isinstance(answer, flask.Response):
        return answer
    if answer is None:
        return flask.Response(status=204)
    response = flask.jsonify(answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer)
    response.status_code = status
    return response
