"""The API's description (OpenAPI 3.1, spec.openapis.org/oas/v3.1.1), made from the registry of its routes.

What a route takes and answers are the types of its function, of which pydantic makes the schemas; its words are
the docstring. `x-role` is the role that it needs. What nearly every route may answer is derived here; what is
special to one is named at it (`errors`).
"""

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NotRequired

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from typing_extensions import TypedDict

from functions.dashboard_api.api import FORM_TYPE, JSON_TYPE, SAFE_METHODS, Route
from functions.dashboard_api.bodies import EmptyBody
from functions.dashboard_api.collisions import PresentView
from functions.dashboard_api.session import CSRF_HEADER, HOURS, SignInOptions
from shared.errors import (
    AssistantError,
    BadRequestError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    QueueError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
    TooLargeError,
    UnauthenticatedError,
)

Json = dict[str, Any]
Key = tuple[str, str]
Errors = list[type[AssistantError]]
LINE = "\n"
VERSION = "3.1.1"
REFERENCE = "#/components/schemas/{model}"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")  # a converter's name, if any, and the parameter's
CONVERTED: dict[str, Json] = {"int": {"type": "integer", "minimum": 0}, "": {"type": "string", "minLength": 1}}
UNAVAILABLE = 503  # whatever of ours is not there now
FILE_NAME: Json = {
    "description": "The file's name: in ASCII as `filename`, and whole as `filename*` (RFC 6266, RFC 8187).",
    "schema": {"type": "string"},
}
DESCRIPTION = f"""\
The inbox's API. Sign in at `/api/login`: the answer sets a cookie, which lasts {HOURS} hours, and holds
`csrf_token`, which goes back as `{CSRF_HEADER}` with every change, beside the page's own `Origin`. Behind
Identity-Aware Proxy its header takes the cookie's place. Times are ISO 8601 in UTC. Who may use a route is its
`x-role`: an `owner` may all, an `agent` all about conversations, a `viewer` reads and searches."""


class ErrorView(TypedDict):
    """What went wrong: `code` is stable, `message` is for people, `fields` has the message of each wrong field."""

    code: str
    message: str
    fields: NotRequired[dict[str, str]]


class ErrorAnswer(TypedDict):
    """The answer to whatever fails; `sign_in` comes with a 401, `present` with what somebody else changed."""

    error: ErrorView
    present: NotRequired[dict[str, PresentView]]
    sign_in: NotRequired[SignInOptions]


def describe(routes: Iterable[Route], cookie: str) -> Json:
    """Return the description of these routes, whose session is in this cookie."""
    routes = list(routes)
    schemas, definitions = _schemas(routes)
    paths: Json = {}
    for route in routes:
        operation = _operation(route, schemas)
        paths.setdefault(PARAMETER.sub(r"{\2}", route.rule), {})[route.method.lower()] = operation
    return {
        "openapi": VERSION,
        "info": {"title": "WhatsApp assistant: the inbox", "version": "1", "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": _error_answers(routes),
            "securitySchemes": _schemes(cookie),
        },
    }


def _schemas(routes: list[Route]) -> tuple[dict[Key, Json], Json]:
    """Return the schema of every part of every route, and what those refer to."""
    parts = [
        ((route.endpoint, part), mode, TypeAdapter(kind)) for route in routes for part, mode, kind in _parts(route)
    ]
    parts.append((("", "error"), "serialization", TypeAdapter(ErrorAnswer)))
    found, rest = TypeAdapter.json_schemas(parts, ref_template=REFERENCE)
    return {key: schema for (key, _mode), schema in found.items()}, rest["$defs"]


def _parts(route: Route) -> Iterator[tuple[str, JsonSchemaMode, Any]]:
    if route.method not in SAFE_METHODS:
        yield "body", "validation", route.body or EmptyBody
    for answer in route.answers:
        if answer.shape is not None:
            yield str(answer.status), "serialization", answer.shape


def _operation(route: Route, schemas: Mapping[Key, Json]) -> Json:
    summary, _, more = route.description.partition("\n\n")
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.rule.removeprefix('/api')}").strip("_"),
        "tags": [route.rule.split("/")[2].partition(".")[0]],
        "summary": " ".join(summary.split()),
    }
    if more:
        operation["description"] = " ".join(more.split())
    operation["x-role"] = route.role
    operation["security"] = _security(route)
    parameters = [*_path_parameters(route), *_query_parameters(route)]
    if parameters:
        operation["parameters"] = parameters
    if route.method not in SAFE_METHODS:
        operation["requestBody"] = _request_body(route, schemas)
    operation["responses"] = dict(sorted([*_answers(route, schemas), *_errors(route)]))
    return operation


def _path_parameters(route: Route) -> Iterator[Json]:
    for converter, name in PARAMETER.findall(route.rule):
        yield {"name": name, "in": "path", "required": True, "schema": CONVERTED[converter]}


def _query_parameters(route: Route) -> Iterator[Json]:
    if route.query is None:
        return
    schema = route.query.model_json_schema()
    for name, described in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": described}


def _request_body(route: Route, schemas: Mapping[Key, Json]) -> Json:
    body = route.body or EmptyBody
    content: Json = {JSON_TYPE: {"schema": schemas[route.endpoint, "body"]}}
    if route.form:
        form = route.form.model_json_schema()
        form["properties"]["file"] = {"type": "string", "format": "binary"}
        content[FORM_TYPE] = {"schema": {**form, "required": [*form.get("required", []), "file"]}}
    is_required = bool(route.form) or any(field.is_required() for field in body.model_fields.values())
    return {"required": is_required, "content": content}


def _answers(route: Route, schemas: Mapping[Key, Json]) -> Iterator[tuple[str, Json]]:
    for answer in route.answers:
        described: Json = {"description": HTTPStatus(answer.status).phrase}
        if answer.shape is not None:
            described["content"] = {answer.content_type: {"schema": schemas[route.endpoint, str(answer.status)]}}
        elif answer.content_type:
            described["content"] = {answer.content_type: {}}
            described["headers"] = {"Content-Disposition": FILE_NAME}
        yield str(answer.status), described


def _errors(route: Route) -> Iterator[tuple[str, Json]]:
    for status, kinds in _errors_by_status(route).items():
        yield str(status), {"$ref": f"#/components/responses/{_name(kinds)}"}


def _error_answers(routes: list[Route]) -> Json:
    """Return every mixture of errors that a route answers with one status."""
    mixtures = [kinds for route in routes for kinds in _errors_by_status(route).values()]
    return {_name(kinds): _error_answer(kinds) for kinds in mixtures}


def _error_answer(kinds: Errors) -> Json:
    texts = [f"`{kind.code}`: {inspect.cleandoc(kind.__doc__ or '').partition(LINE)[0]}" for kind in kinds]
    shape = {"properties": {"error": {"properties": {"code": {"enum": [kind.code for kind in kinds]}}}}}
    schema = {"allOf": [{"$ref": REFERENCE.format(model="ErrorAnswer")}, shape]}
    return {"description": " ".join(texts), "content": {JSON_TYPE: {"schema": schema}}}


def _name(kinds: Errors) -> str:
    return "-".join(kind.code for kind in kinds)


def _errors_by_status(route: Route) -> dict[int, Errors]:
    by_status: defaultdict[int, Errors] = defaultdict(list)
    by_code = {kind.code: kind for kind in _possible_errors(route)}
    for _, kind in sorted(by_code.items()):
        by_status[_status(kind)].append(kind)
    return by_status


def _possible_errors(route: Route) -> Iterator[type[AssistantError]]:
    """Give the errors that nearly every route may answer, and those it names, with all that are one of them."""
    yield from (StoreBusyError, StoreUnavailableError)
    if route.role:
        yield from (UnauthenticatedError, ForbiddenError)
    if route.query or route.method not in SAFE_METHODS:
        yield BadRequestError
    if PARAMETER.search(route.rule):
        yield NotFoundError
    if route.method not in SAFE_METHODS:
        yield from (TooLargeError, InvalidError, ForbiddenError, QueueError)
    for error in route.errors:
        yield from _kinds(error)


def _kinds(error: type[AssistantError]) -> Iterator[type[AssistantError]]:
    yield error
    for kind in error.__subclasses__():
        yield from _kinds(kind)


def _status(error: type[AssistantError]) -> int:
    return UNAVAILABLE if issubclass(error, StoreError) else error.http_status  # as error_answers.py has it


def _security(route: Route) -> list[Json]:
    if route.role is None:
        return []
    return [{"session": []} if route.method in SAFE_METHODS else {"session": [], "csrf": []}]


def _schemes(cookie: str) -> Json:
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
    }
