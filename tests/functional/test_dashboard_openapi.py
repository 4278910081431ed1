"""Every route of the API as its description has it: who may, one error shape, nothing that is not described.

That answers are as described is checked at every request of a test's member of staff (dashboard.py).
"""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from functions.dashboard_api.members import RANKS, Role, may
from tests.functional.dashboard import Staff
from tests.functional.described import Json
from tests.functional.product import error_code, module_of

pytestmark = pytest.mark.emulator

BODIES: list[Any] = [None, b"{", b"\xff", b"[]", b"null", b'"x"', {"unknown": 1}, {"text": {}}, b"x" * 300_000]
ODD_IDS = (
    "..",
    "%2e%2e%2fcontacts",
    "__x__",
    "A" * 32,
    "a" * 31,
    "0" * 2000,
    "%00",
    "%F0%9F%8D%B7",
    "' OR 1=1",
    "-1",
)
PUBLIC = {("POST", "/api/login"), ("GET", "/api/me")}
SIGN_OUT = "/api/logout"


@pytest.fixture(scope="module")
def people(staff: Staff, dashboard: FlaskClient) -> dict[Role, Staff]:
    """Somebody of each role."""
    people: dict[Role, Staff] = {}
    for role in RANKS:
        staff.do("PUT", f"/api/staff/{role}@example.com", {"role": role})
        people[role] = Staff.sign_in(dashboard, f"{role}@example.com")
    return people


def operations(staff: Staff) -> list[tuple[str, str, Json]]:
    """Every method and path, with what does not exist in the place of ids; not signing out, which would do so."""
    found = [(method, _with_ids(path, "404"), operation) for method, path, operation in staff.described.operations]
    assert len(found) > 20
    return [entry for entry in found if entry[1] != SIGN_OUT]


def _with_ids(path: str, given: str) -> str:
    return re.sub(r"{\w+}", given, path)


def test_description_has_every_route_of_the_api_and_no_other(staff: Staff) -> None:
    rules = [rule for rule in module_of("dashboard_api")._app().url_map.iter_rules() if "/api/" in rule.rule]
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in staff.described.operations} == served


def test_description_keeps_the_rules_of_its_format(staff: Staff) -> None:
    document = staff.described.document
    assert document["openapi"].startswith("3.1.")
    names = [operation["operationId"] for _, _, operation in staff.described.operations]
    assert len(set(names)) == len(names)
    for reference in re.findall(r'"\$ref": "#/components/(\w+)/([^"]+)"', json.dumps(document)):
        assert reference[1] in document["components"][reference[0]]
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    for method, path, operation in staff.described.operations:
        assert operation["summary"].endswith("."), f"{method} {path} says nothing of itself"
        assert operation["responses"]
        named = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert ("requestBody" in operation) == (method != "GET")


def test_description_says_who_may(staff: Staff) -> None:
    for method, path, operation in staff.described.operations:
        if (method, path) in PUBLIC:
            assert (operation["x-role"], operation["security"]) == (None, [])
            continue
        assert operation["x-role"] in RANKS
        wanted: Json = {"session": []} if method == "GET" else {"session": [], "csrf": []}
        assert operation["security"] == [wanted], path
        assert {"401", "403"} <= operation["responses"].keys(), path


def test_every_route_without_a_session_is_a_401_that_tells_how_to_sign_in(
    dashboard: FlaskClient, staff: Staff
) -> None:
    for method, path, operation in operations(staff):
        answer = dashboard.open(path, method=method)
        staff.described.check(method, path, answer)
        if operation["security"]:
            assert (answer.status_code, error_code(answer)) == (401, "unauthenticated"), path
            assert answer.get_json()["sign_in"] == {"mode": "local"}, path


@pytest.mark.parametrize("role", RANKS)
def test_every_route_is_for_its_role_and_those_above_it(
    staff: Staff, people: dict[Role, Staff], role: Role
) -> None:
    for method, path, operation in operations(staff):
        answer = people[role].call(method, path, {} if method != "GET" else None)
        refused = (answer.status_code, error_code(answer) if answer.status_code >= 400 else None)
        needed: Role = operation["x-role"] or "viewer"
        assert (refused == (403, "forbidden")) == (not may(role, needed)), f"{method} {path}: {answer.text}"
        assert method == "GET" or needed != "viewer" or path.endswith("/search") or path == "/api/login", (
            f"a viewer may {method} {path}"
        )


def test_every_change_refuses_what_it_does_not_know_in_the_one_error_shape(staff: Staff) -> None:
    for method, path, operation in operations(staff):
        if method == "GET" or not _is_closed(staff, operation):
            continue
        answer = staff.call(method, path, {"surely_unknown": 1})
        assert (answer.status_code, error_code(answer)) == (422, "invalid"), path
        assert "surely_unknown" in answer.get_json()["error"]["fields"], path


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body)[:20])
def test_every_route_with_any_body_answers_in_the_one_error_shape(staff: Staff, body: Any) -> None:
    for method, path, _ in operations(staff):
        answer = staff.call(method, path, body)
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        if answer.status_code >= 400:
            assert error_code(answer), path


def _is_closed(staff: Staff, operation: Json) -> bool:
    """Tell whether a body may have no other keys than those that are described."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    described = staff.described.document["components"]["schemas"][name] if name else schema
    return described.get("additionalProperties") is False


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: odd[:12])
def test_every_route_with_odd_ids_answers_in_the_one_error_shape(staff: Staff, odd: str) -> None:
    for method, path, _ in staff.described.operations:
        if "{contact_id}" not in path and "{message_id}" not in path:
            continue
        answer = staff.client.open(
            _with_ids(path, odd),
            method=method,
            headers={"Cookie": staff.cookie},
            json=None if method == "GET" else {},
        )
        assert answer.status_code in (404, 405, 422), f"{method} {path}: {answer.status_code}"
        assert error_code(answer), path
