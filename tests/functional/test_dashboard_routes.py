"""Every route of the dashboard: who may, one error shape, the page and its policy."""

import base64
import gzip
import hashlib
import io
import re
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from functions.dashboard_api.bodies import MAX_BYTES
from functions.dashboard_api.page import compress_json
from tests.functional.dashboard import Staff
from tests.functional.product import error_code, module_of

pytestmark = pytest.mark.emulator

ODD_IDS = ["0" * 32, "nobody", "..", "__x__", "x" * 1600, "a b", "è", "%00"]


@pytest.mark.parametrize("cookie", ["session=", "session=forged", "session=eyJlIjoiYSJ9.Z.Z", "session=\xff"])
def test_session_forged_is_a_401(dashboard: FlaskClient, cookie: str) -> None:
    answer = dashboard.get("/api/staff", headers={"Cookie": cookie})
    assert (answer.status_code, error_code(answer)) == (401, "unauthenticated")


def test_stranger_is_told_how_to_sign_in_without_an_error(dashboard: FlaskClient, staff: Staff) -> None:
    answer = dashboard.get("/api/me")
    assert (answer.status_code, answer.get_json()) == (200, {"signed_in": False, "sign_in": {"mode": "local"}})
    assert staff.get("/api/me")["signed_in"] is True


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/health/x", "/api/conversations/x/dance", "/\x00"])
def test_route_that_does_not_exist_is_a_404_or_405(staff: Staff, method: str, path: str) -> None:
    answer = staff.call(method, path)
    assert answer.status_code in (404, 405)
    assert error_code(answer)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/api/me", "GET, HEAD, OPTIONS"), ("GET", "/api/conversations/x/pause", "OPTIONS, POST")],
)
def test_method_that_an_address_does_not_take_is_a_405_that_names_those_it_does(
    staff: Staff, method: str, path: str, allowed: str
) -> None:
    answer = staff.call(method, path)
    assert (answer.status_code, error_code(answer)) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1, 2 * MAX_BYTES])
def test_body_without_a_length_is_taken_up_to_the_limit_and_too_large_beyond_it(staff: Staff, size: int) -> None:
    body = b'{"x": "' + b"y" * (size - 9) + b'"}'
    answer = staff.client.patch(
        "/api/profile/nobody",
        input_stream=io.BytesIO(body),
        content_type="application/json",
        headers={"Cookie": staff.cookie, "X-CSRF-Token": staff.csrf_token},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    expected = (422, "invalid") if size == MAX_BYTES else (413, "too_large")
    assert (answer.status_code, error_code(answer)) == expected


@pytest.mark.parametrize("contact_id", ODD_IDS)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/profile/{}", None),
        ("PATCH", "/api/profile/{}", {"first_name": "x"}),
        ("GET", "/api/conversations/{}/messages", None),
        ("PUT", "/api/conversations/{}/messages/1", {"text": "x"}),
        ("POST", "/api/conversations/{}/pause", None),
        ("POST", "/api/conversations/{}/read", None),
    ],
)
def test_conversation_that_does_not_exist_is_a_404(
    staff: Staff, method: str, path: str, body: Any, contact_id: str
) -> None:
    answer = staff.call(method, path.format(contact_id), body)
    assert (answer.status_code, error_code(answer)) == (404, "not_found")


def test_login_gives_a_session_that_scripts_cannot_read(staff: Staff, dashboard: FlaskClient) -> None:
    me = staff.get("/api/me")
    assert me["email"] == "staff@localhost"
    assert me["mode"] == "local"
    cookie = dashboard.post("/api/login", json={}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_login_from_another_machine_is_forbidden(dashboard: FlaskClient) -> None:
    answer = dashboard.post("/api/login", json={}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert (answer.status_code, error_code(answer)) == (403, "forbidden")


@pytest.mark.parametrize("path", ["/", "/api/me", "/api/conversations"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "a-page.example:8080"},
        {"Host": "127.0.0.1.nip.io"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)
def test_local_mode_answers_at_this_machines_names_only(
    dashboard: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    assert dashboard.get(path, headers=headers).status_code == 403
    assert dashboard.post("/api/login", json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_local_mode_answers_at_each_name_of_this_machine(dashboard: FlaskClient, host: str) -> None:
    assert dashboard.get("/", headers={"Host": host}).status_code == 200


def test_logout_takes_the_cookie_off(dashboard: FlaskClient) -> None:
    answer = Staff.sign_in(dashboard).call("POST", "/api/logout")
    assert answer.status_code == 204
    assert "session=;" in answer.headers["Set-Cookie"]


def test_page_policy_allows_its_own_import_map_and_nothing_else(dashboard: FlaskClient) -> None:
    answer = dashboard.get("/")
    assert answer.status_code == 200
    policy = dict(rule.partition(" ")[::2] for rule in answer.headers["Content-Security-Policy"].split("; "))
    import_map = re.search(r'<script type="importmap">(.*?)</script>', answer.text, re.DOTALL)
    assert import_map
    digest = base64.b64encode(hashlib.sha256(import_map[1].encode()).digest()).decode()
    assert policy["script-src"].split() == ["'self'", f"'sha256-{digest}'"]
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\bon\w+=|\bstyle=", answer.text)
    assert inline == ['<script type="importmap">']


@pytest.mark.parametrize("path", ["/", "/api/me", "/health", "/assets/app.js", "/nowhere"])
def test_every_answer_is_hardened(dashboard: FlaskClient, path: str) -> None:
    headers = dashboard.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_page_names_only_assets_that_exist(dashboard: FlaskClient) -> None:
    page = dashboard.get("/").text
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"|"(/assets/[^"]+\.js)"', page)
    assert names
    for name in {first or second for first, second in names}:
        assert dashboard.get(name, buffered=True).status_code == 200, name


def version(dashboard: FlaskClient) -> str:
    """The version that the page's addresses are under."""
    found = re.search(r"/assets/([0-9a-f]{16})/app\.js", dashboard.get("/").text)
    assert found
    return found[1]


def test_asset_under_its_version_is_kept_for_good_and_without_it_asked_for_each_time(
    dashboard: FlaskClient,
) -> None:
    kept = dashboard.get(f"/assets/{version(dashboard)}/app.js")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = dashboard.get("/assets/app.js")
    assert plain.headers["Cache-Control"] == "no-cache"
    assert kept.data == plain.data
    assert kept.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_asset_of_another_version_is_this_one_and_kept_by_nobody(dashboard: FlaskClient) -> None:
    answer = dashboard.get(f"/assets/{'0' * 16}/app.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/", "/assets/app.js"])
def test_page_and_assets_that_a_browser_has_are_not_sent_again(dashboard: FlaskClient, path: str) -> None:
    tag = dashboard.get(path).headers["ETag"]
    again = dashboard.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/assets/app.js", "/assets/styles/base.css", "/api/settings"])
def test_answers_are_compressed_for_those_who_take_it(staff: Staff, path: str) -> None:
    headers = {"Cookie": staff.cookie}
    plain = staff.client.get(path, headers=headers)
    packed = staff.client.get(path, headers={**headers, "Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_answer_with_the_token_is_never_compressed(dashboard: FlaskClient) -> None:
    dashboard.get("/health")
    application = module_of("dashboard_api")._app()
    with application.test_request_context("/api/me", headers={"Accept-Encoding": "gzip"}):
        answer = compress_json(flask.jsonify(name="x" * 5000, csrf_token="token"))
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("languages", "texts"),
    [("it", "italian"), ("en-GB,it;q=0.8", "english"), ("it,en", "italian"), ("fr,en", "italian"), ("", "italian")],
)
def test_page_fetches_the_texts_of_the_first_language(dashboard: FlaskClient, languages: str, texts: str) -> None:
    page = dashboard.get("/", headers={"Accept-Language": languages})
    assert re.findall(r'modulepreload" href="/assets/\w+/texts/(\w+)\.js"', page.text) == [texts]
    assert "Accept-Language" in page.headers["Vary"]


@pytest.mark.parametrize(
    "path",
    [
        "../shared/settings.py",
        "../.env",
        "..%2f.env",
        "%2e%2e/.env",
        "%2e%2e%2f%2e%2e%2fetc/passwd",
        "..%5c.env",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "vendor/../../README.md",
        "app.js%00",
        "",
        ".",
        "vendor",
        "nothing.js",
    ],
)
def test_asset_outside_the_front_end_is_a_404(dashboard: FlaskClient, path: str) -> None:
    answer = dashboard.get(f"/assets/{path}", follow_redirects=True)
    assert (answer.status_code, error_code(answer)) == (404, "not_found")


def test_dashboard_path_redirects_to_the_page(dashboard: FlaskClient) -> None:
    answer = dashboard.get("/dashboard")
    assert answer.status_code in (301, 302, 303, 307, 308)
    assert answer.headers["Location"] == "/"


def test_health_names_its_dependencies(dashboard: FlaskClient) -> None:
    answer = dashboard.get("/health")
    assert (answer.status_code, answer.get_json()["checks"]) == (200, {"store": "ok", "queue": "ok"})
