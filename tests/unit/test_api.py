"""The registry of the dashboard's routes: what a function's annotations make of requests and answers."""

from typing import TypedDict

import flask
import pytest
from flask.testing import FlaskClient
from pydantic import BaseModel

from functions.dashboard_api.api import Answer, Api
from functions.dashboard_api.bodies import Body
from shared.errors import AssistantError, ForbiddenError
from shared.http import error_response

FORM = {"data": {"x": "y"}, "content_type": "multipart/form-data"}


class Thing(Body):
    """A body."""

    size: int


class Which(BaseModel):
    """A query."""

    page: int = 1


class ThingView(TypedDict):
    """An answer."""

    name: str
    size: int


@pytest.fixture
def api() -> Api:
    app = flask.Flask("test")
    app.register_error_handler(AssistantError, error_response)
    api = Api(app, lambda *_: None)

    @api.get("/api/things/<name>", role="viewer")
    def thing(name: str, query: Which) -> ThingView:
        """Read a thing."""
        return {"name": name, "size": query.page}

    @api.put("/api/things/<name>", role="agent", status=201)
    def make(name: str, body: Thing) -> ThingView:
        """Make a thing."""
        return {"name": name, "size": body.size}

    @api.put("/api/files/<name>", role="agent", form=Thing)
    def upload(name: str, body: Thing | None) -> ThingView:
        """Take a file."""
        return {"name": name, "size": body.size if body else 0}

    @api.delete("/api/things/<name>", role="owner")
    def drop(name: str) -> None:
        """Drop a thing."""

    @api.get("/api/things.csv", role="agent", answers=[Answer(200, "text/csv")])
    def table() -> flask.Response:
        """Give a table."""
        return flask.Response("a,b", mimetype="text/csv")

    return api


@pytest.fixture
def client(api: Api) -> FlaskClient:
    return api._app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "answer"),
    [
        ("GET", "/api/things/a", {}, 200, {"name": "a", "size": 1}),
        ("GET", "/api/things/a?page=3&other=x", {}, 200, {"name": "a", "size": 3}),
        ("PUT", "/api/things/a", {"json": {"size": 2}}, 201, {"name": "a", "size": 2}),
        ("PUT", "/api/files/a", {"json": {"size": 2}}, 200, {"name": "a", "size": 2}),
        ("PUT", "/api/files/a", FORM, 200, {"name": "a", "size": 0}),
        ("DELETE", "/api/things/a", {}, 204, None),
        ("DELETE", "/api/things/a", {"json": {}}, 204, None),
    ],
)
def test_request_is_read_and_answered_as_the_function_says(
    client: FlaskClient, method: str, path: str, options: dict[str, object], status: int, answer: object
) -> None:
    response = client.open(path, method=method, **options)  # type: ignore[arg-type]
    assert (response.status_code, response.get_json(silent=True)) == (status, answer)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/api/things/a", {}, 422),
        ("PUT", "/api/things/a", {"size": 1, "other": 1}, 422),
        ("PUT", "/api/things/a", {"size": "x"}, 422),
        ("PUT", "/api/things/a", [], 400),
        ("DELETE", "/api/things/a", {"other": 1}, 422),
        ("GET", "/api/things/a?page=x", None, 400),
    ],
)
def test_what_the_function_does_not_take_never_reaches_it(
    client: FlaskClient, method: str, path: str, body: object, status: int
) -> None:
    response = client.open(path, method=method, json=body)
    assert (response.status_code, set(response.get_json())) == (status, {"error"})


def test_function_that_answers_a_file_says_so(api: Api, client: FlaskClient) -> None:
    assert client.get("/api/things.csv").text == "a,b"
    assert api.routes["GET /api/things csv"].answers == [Answer(200, "text/csv")]
    with pytest.raises(TypeError):

        @api.get("/api/undescribed", role="viewer")
        def undescribed() -> flask.Response:
            """Answer anything."""
            return flask.Response()


def test_role_is_that_of_the_route_and_owner_where_nothing_describes_it(api: Api) -> None:
    with api._app.test_request_context("/api/things/a"):
        api.require_role("viewer")
    for method, path in [("PUT", "/api/things/a"), ("GET", "/static/x")]:
        with api._app.test_request_context(path, method=method), pytest.raises(ForbiddenError):
            api.require_role("viewer")
