"""Signing in on Google Cloud: Google's token, Identity-Aware Proxy's header, the list of staff, the session."""

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from functions.dashboard_api.desk import open_desk
from functions.dashboard_api.members import StaffList
from functions.dashboard_api.routes import create_app
from functions.dashboard_api.session import Sessions
from functions.dashboard_api.sign_in import Certificates
from shared.errors import RemoteError
from shared.settings import DashboardSettings
from tests.functional.product import serve
from tests.google_keys import CLIENT_ID, IAP_AUDIENCE, OWNER, Signer

pytestmark = pytest.mark.emulator

ORIGIN = {"Origin": "https://desk.example.com", "Host": "desk.example.com"}
NO_TOKEN = {"X-CSRF-Token": ""}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


class Keys:
    """Publishes the signer's certificates for as long as it is told to, and counts how often it is asked."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.asked = 0
        self.status = 200
        self.url = ""

    def __call__(self, environment: Any, start: Any) -> Any:
        self.asked += 1
        publish: Any = self._signer if self.status == 200 else Response(status=self.status)
        return publish(environment, start)


@pytest.fixture(scope="module")
def keys(signer: Signer) -> Iterator[Keys]:
    published = Keys(signer)
    with serve(published) as url:
        published.url = url
        yield published


@pytest.fixture(scope="module")
def keys_url(keys: Keys) -> str:
    return keys.url


def make_client(project_id: str, keys_url: str, mode: str) -> FlaskClient:
    settings = DashboardSettings(
        _env_file=None,
        whatsapp_phone_id="1",
        whatsapp_access_token="token",
        google_cloud_project=project_id,
        process_url="http://127.0.0.1:9/",
        cloud_tasks_emulator_host="127.0.0.1:9",
        session_secret="a secret of at least 32 characters",
        auth_mode=mode,
        staff_owner=OWNER,
        google_client_id=CLIENT_ID,
        google_certs_url=f"{keys_url}/google",
        iap_audience=IAP_AUDIENCE,
        iap_certs_url=f"{keys_url}/iap",
    )
    desk = open_desk(settings)
    staff = StaffList(desk.store.members, settings.owners)
    app: flask.Flask = create_app(desk, Sessions(settings, staff), staff)
    return app.test_client()


@pytest.fixture
def client(firestore_host: str, project_id: str, keys_url: str) -> FlaskClient:
    return make_client(project_id, keys_url, "google")


def sign_in(client: FlaskClient, credential: str) -> TestResponse:
    return client.post(
        "/api/login", json={"credential": credential}, headers=ORIGIN, base_url="https://desk.example.com"
    )


def call(client: FlaskClient, method: str, path: str, token: str = "", **options: Any) -> TestResponse:
    headers = {**ORIGIN, "X-CSRF-Token": token, **options.pop("headers", {})}
    return client.open(
        path, method=method, headers=headers, base_url="https://desk.example.com", **{"json": {}, **options}
    )


def test_owner_signs_in_with_a_google_token(client: FlaskClient, signer: Signer) -> None:
    response = sign_in(client, signer.google())
    assert response.status_code == 200
    assert response.json is not None and response.json["role"] == "owner"
    cookie = response.headers["Set-Cookie"]
    for attribute in ("__Host-session=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=28800"):
        assert attribute in cookie
    assert call(client, "GET", "/api/staff").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "https://evil.example.com"},
        {"exp": int(time.time()) - 3600},
        {"email_verified": False},
        {"email": None},
        {"exp": "tomorrow"},
        {"exp": None},
        {"iat": []},
    ],
    ids=["audience", "issuer", "expired", "unverified", "no address", "text", "no end", "list"],
)
def test_token_with_a_wrong_claim_is_refused(client: FlaskClient, signer: Signer, claims: dict[str, Any]) -> None:
    assert sign_in(client, signer.google(**claims)).status_code == 401


def test_token_signed_by_somebody_else_is_refused(client: FlaskClient) -> None:
    assert sign_in(client, Signer().google()).status_code == 401


@pytest.mark.parametrize("credential", ["", "garbage", "a.b.c"])
def test_garbage_instead_of_a_token_is_refused(client: FlaskClient, credential: str) -> None:
    assert sign_in(client, credential).status_code == 401


def test_stranger_is_refused_until_an_owner_adds_them(client: FlaskClient, signer: Signer) -> None:
    stranger = signer.google(email="anna@example.com")
    assert sign_in(client, stranger).status_code == 403
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    assert call(client, "PUT", "/api/staff/anna@example.com", token).status_code == 200
    response = sign_in(client, stranger)
    assert response.json is not None and response.json["role"] == "agent"
    refused = call(client, "PUT", "/api/staff/eve@example.com", response.json["csrf_token"])
    assert refused.status_code == 403


def test_owner_gives_roles_and_stays_one_if_the_settings_say_so(client: FlaskClient, signer: Signer) -> None:
    owner = sign_in(client, signer.google()).get_json()["csrf_token"]
    path = "/api/staff/anna@example.com"
    for body, role in [({"role": "viewer"}, "viewer"), ({}, "viewer"), ({"role": "owner"}, "owner")]:
        answer = call(client, "PUT", path, owner, json=body).get_json()
        assert answer == {"email": "anna@example.com", "role": role, "fixed": False}
    refused = call(client, "PUT", path, owner, json={"role": "king"})
    assert (refused.status_code, list(refused.get_json()["error"]["fields"])) == (422, ["role"])
    assert call(client, "PUT", f"/api/staff/{OWNER}", owner, json={"role": "agent"}).status_code == 403
    anna = sign_in(client, signer.google(email="anna@example.com")).get_json()
    assert anna["role"] == "owner"
    demoted = call(client, "PUT", path, anna["csrf_token"], json={"role": "viewer"})
    assert demoted.get_json()["role"] == "viewer"
    assert call(client, "DELETE", path, anna["csrf_token"]).status_code == 403  # it counts at once


def test_staff_read_the_settings_and_only_owners_change_them(client: FlaskClient, signer: Signer) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    call(client, "PUT", "/api/staff/anna@example.com", token)
    seen = call(client, "GET", "/api/settings").get_json()
    anna = sign_in(client, signer.google(email="anna@example.com")).get_json()["csrf_token"]
    assert call(client, "GET", "/api/settings").get_json() == seen
    assert call(client, "GET", "/api/settings/versions").status_code == 200
    changed = {**seen, "instructions": "x"}
    assert call(client, "PUT", "/api/settings", anna, json=changed).status_code == 403
    restore = {"version": 1, "seen": 0}
    assert call(client, "POST", "/api/settings/restore", anna, json=restore).status_code == 403
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    assert call(client, "PUT", "/api/settings", token, json=changed).status_code == 200


def test_csrf_token_of_any_bytes_is_refused(client: FlaskClient, signer: Signer) -> None:
    sign_in(client, signer.google())
    assert call(client, "PUT", "/api/staff/anna@example.com", "tok\u00e9n\u00ff").status_code == 403


def test_removed_member_is_out_at_once(client: FlaskClient, signer: Signer) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    call(client, "PUT", "/api/staff/anna@example.com", token)
    sign_in(client, signer.google(email="anna@example.com"))
    assert call(client, "GET", "/api/me").status_code == 200
    anna = client.get_cookie("__Host-session", domain="desk.example.com")
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    assert call(client, "DELETE", "/api/staff/anna@example.com", token).status_code == 204
    assert anna is not None
    client.set_cookie("__Host-session", anna.value, domain="desk.example.com", secure=True)
    assert call(client, "GET", "/api/me").status_code == 403


def test_signing_out_everywhere_ends_the_session(client: FlaskClient, signer: Signer) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    cookie = client.get_cookie("__Host-session", domain="desk.example.com")
    assert call(client, "POST", "/api/logout", token, json={"everywhere": True}).status_code == 204
    assert cookie is not None
    client.set_cookie("__Host-session", cookie.value, domain="desk.example.com", secure=True)
    assert call(client, "GET", "/api/staff").status_code == 401


def test_signing_out_ends_this_session_on_the_server_and_no_other(client: FlaskClient, signer: Signer) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    cookie = client.get_cookie("__Host-session", domain="desk.example.com")
    other = sign_in(client, signer.google()).get_json()["csrf_token"]
    other_cookie = client.get_cookie("__Host-session", domain="desk.example.com")
    assert cookie is not None and other_cookie is not None and (cookie.value, token) != (other_cookie.value, other)
    assert call(client, "POST", "/api/logout", token).status_code == 403  # another session's token
    assert call(client, "POST", "/api/logout", other).status_code == 204
    client.set_cookie("__Host-session", other_cookie.value, domain="desk.example.com", secure=True)
    assert call(client, "GET", "/api/staff").status_code == 401
    assert call(client, "GET", "/api/me").get_json()["signed_in"] is False
    client.set_cookie("__Host-session", cookie.value, domain="desk.example.com", secure=True)
    assert call(client, "GET", "/api/staff").status_code == 200


@pytest.mark.parametrize(
    ("headers", "options"),
    [
        ({"Origin": "https://evil.example.com"}, {}),
        ({"Origin": "null"}, {}),
        ({"X-CSRF-Token": "wrong"}, {}),
        ({}, {"json": None, "data": "{}", "content_type": "text/plain"}),
    ],
    ids=["other origin", "null origin", "wrong token", "not JSON"],
)
def test_change_that_another_site_may_have_caused_is_refused(
    client: FlaskClient, signer: Signer, headers: dict[str, str], options: dict[str, Any]
) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    refused = call(client, "PUT", "/api/staff/anna@example.com", token, headers=headers, **options)
    assert refused.status_code == 403
    assert call(client, "PUT", "/api/staff/anna@example.com", token).status_code == 200


@pytest.mark.parametrize(("headers", "status"), [({}, 404), ({"X-CSRF-Token": "wrong"}, 403), (NO_TOKEN, 403)])
def test_form_with_a_file_needs_the_header_that_other_sites_cannot_send(
    client: FlaskClient, signer: Signer, headers: dict[str, str], status: int
) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    path = f"/api/conversations/{'0' * 32}/messages/one"
    form = {"json": None, "data": {"file": (io.BytesIO(b"%PDF-1.7"), "a.pdf", "application/pdf")}}
    assert call(client, "PUT", path, token, headers=headers, **form).status_code == status


def test_refused_attempts_to_sign_in_are_logged_and_keep_nobody_else_out(
    client: FlaskClient, signer: Signer
) -> None:
    with capture_logs() as logs:
        statuses = [sign_in(client, "garbage").status_code for _ in range(30)]
    assert statuses == [401] * 30
    assert [line["code"] for line in logs if line["event"] == "sign_in_refused"] == ["unauthenticated"] * 30
    assert sign_in(client, signer.google()).status_code == 200


def test_page_allows_exactly_what_googles_button_needs(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "https://accounts.google.com/gsi/client" in policy
    assert policy.count("https://") == 4
    body = client.get("/api/me").json
    assert body is not None and body["sign_in"] == {"mode": "google", "client_id": CLIENT_ID}


def test_proxy_header_is_verified_at_each_request(
    firestore_host: str, project_id: str, keys_url: str, signer: Signer
) -> None:
    client = make_client(project_id, keys_url, "iap")
    header = {"X-Goog-IAP-JWT-Assertion": signer.proxy()}
    assert call(client, "GET", "/api/me", headers=header).get_json()["email"] == OWNER
    assert call(client, "GET", "/api/staff").status_code == 401
    for wrong in (signer.proxy(aud="other"), signer.proxy(iss="other"), Signer().proxy()):
        assert call(client, "GET", "/api/staff", headers={"X-Goog-IAP-JWT-Assertion": wrong}).status_code == 401
    stranger = {"X-Goog-IAP-JWT-Assertion": signer.proxy(email="eve@example.com")}
    assert call(client, "GET", "/api/me", headers=stranger).status_code == 403


def test_certificates_are_asked_for_once_an_hour_and_kept_while_they_cannot_be_had(keys: Keys) -> None:
    now = 1000.0
    certificates = Certificates(clock=lambda: now)
    url = f"{keys.url}/google"
    keys.asked = 0
    first = [certificates(url).data for _ in range(3)]
    assert (first[0], keys.asked) == (first[2], 1)
    now += 3600
    keys.status = 503
    try:
        assert (certificates(url).data, certificates(url).data, keys.asked) == (first[0], first[0], 2)
        now += 6 * 3600
        with pytest.raises(RemoteError):
            certificates(url)
    finally:
        keys.status = 200
    assert certificates(url).status == 200


def test_token_is_refused_when_no_certificates_can_be_had(client: FlaskClient, signer: Signer, keys: Keys) -> None:
    keys.status = 503
    try:
        assert sign_in(client, signer.google()).status_code == 401
    finally:
        keys.status = 200
    assert sign_in(client, signer.google()).status_code == 200


def test_every_change_of_the_api_is_refused_from_another_site_and_without_the_sessions_token(
    client: FlaskClient, signer: Signer
) -> None:
    token = sign_in(client, signer.google()).get_json()["csrf_token"]
    document = call(client, "GET", "/api/openapi.json").get_json()
    paths = {re.sub(r"{\w+}", "404", path): operations for path, operations in document["paths"].items()}
    changes = [(method.upper(), path) for path in paths for method in paths[path] if method != "get"]
    changes.sort(key=lambda change: change[1] == "/api/logout")
    assert len(changes) > 12
    for method, path in changes:
        elsewhere = {"headers": {"Origin": "https://evil.example.com"}}
        assert call(client, method, path, token, **elsewhere).status_code == 403, path
        if path != "/api/login":
            assert call(client, method, path).status_code == 403, path
            answer = call(client, method, path, token, json=None, data="{}", content_type="text/plain")
            assert answer.status_code == 403, path
            assert call(client, method, path, token).status_code != 403, path
