"""Signing in, staying signed in, and proving that a request comes from our own page.

The session is a signed cookie of eight hours with a random id, to which the CSRF token is bound; signing out ends
it on the server too. On Google Cloud it is `__Host-session`: Secure, for this host only. Behind Identity-Aware
Proxy there is no cookie; the proxy's header is verified at each request.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Literal, NotRequired
from urllib.parse import urlsplit

import flask
from itsdangerous import BadSignature, URLSafeTimedSerializer
from typing_extensions import TypedDict

from functions.dashboard_api.api import FORM_TYPE, SAFE_METHODS
from functions.dashboard_api.bodies import LoginBody
from functions.dashboard_api.members import Role, StaffList
from functions.dashboard_api.sign_in import TokenVerifier, local_email
from shared.errors import ForbiddenError, UnauthenticatedError
from shared.log import logger
from shared.settings import AuthMode, DashboardSettings

HOURS = 8
SESSION_ID_BYTES = 16
LOCAL_COOKIE = "session"
HOST_COOKIE = "__Host-session"
CSRF_HEADER = "X-CSRF-Token"


@dataclass(frozen=True)
class Staff:
    """Who is signed in, and by which session; behind a proxy there is none."""

    email: str
    role: Role
    csrf_token: str
    session_id: str = ""


class Me(TypedDict):
    """Who is signed in, for the page; it sends `csrf_token` back with every change."""

    signed_in: Literal[True]
    email: str
    name: str
    mode: AuthMode
    csrf_token: str
    role: Role


class SignInOptions(TypedDict):
    """How to sign in; `client_id` is ours at Google."""

    mode: AuthMode
    client_id: NotRequired[str | None]


class Stranger(TypedDict):
    """Nobody is signed in."""

    signed_in: Literal[False]
    sign_in: SignInOptions


class Sessions:
    """The sessions of staff, to be begun and checked."""

    def __init__(self, settings: DashboardSettings, staff: StaffList) -> None:
        secret = settings.session_secret
        # Without a configured secret sessions end when the process does, which is fine on one's own machine.
        self._key = secret.get_secret_value() if secret else secrets.token_hex(32)
        self._serializer = URLSafeTimedSerializer(self._key, salt="session")
        self._verifier = TokenVerifier(settings)
        self._staff = staff
        self._settings = settings
        self.mode = settings.auth_mode

    def sign_in_options(self) -> SignInOptions:
        """Tell the page how to sign in."""
        options: SignInOptions = {"mode": self.mode}
        if self.mode == "google":
            options["client_id"] = self._settings.google_client_id
        return options

    def sign_in(self, request: flask.Request, body: LoginBody) -> Staff:
        """Return who signs in; raises when they are not who they say, or not on the list.

        Attempts are not limited: a signed token cannot be guessed, and behind Google's proxy a limit by address
        would keep everybody out at once. Refusals are logged, and many of them are an alert.
        """
        try:
            return self._sign_in(request, body)
        except (ForbiddenError, UnauthenticatedError) as error:
            logger.warning("sign_in_refused", code=error.code)
            raise

    def _sign_in(self, request: flask.Request, body: LoginBody) -> Staff:
        self.require_own_page(request)
        if self.mode == "iap":
            return self.require(request)
        if self.mode == "google":
            email = self._verifier.google_email(body.credential or "")
        else:
            email = local_email(request, body)
        return self._as_staff(email, self._staff.require(email).role, secrets.token_hex(SESSION_ID_BYTES))

    def me(self, staff: Staff) -> Me:
        """Tell the page who is signed in."""
        return {
            "signed_in": True,
            "email": staff.email,
            "name": staff.email.partition("@")[0],
            "mode": self.mode,
            "csrf_token": staff.csrf_token,
            "role": staff.role,
        }

    def stranger(self) -> Stranger:
        """Tell the page that nobody is signed in."""
        return {"signed_in": False, "sign_in": self.sign_in_options()}

    def set_cookie(self, response: flask.Response, staff: Staff) -> None:
        """Put the session on the browser: not readable by scripts, not sent from other sites."""
        if self.mode == "iap":
            return
        value = self._serializer.dumps({"email": staff.email, "id": staff.session_id})
        response.set_cookie(self.cookie_name, value, max_age=HOURS * 3600, **self._attributes)

    def clear_cookie(self, response: flask.Response) -> None:
        """Take the session off the browser."""
        response.delete_cookie(self.cookie_name, **self._attributes)

    def require(self, request: flask.Request) -> Staff:
        """Return who is signed in; raises UnauthenticatedError, or ForbiddenError when no longer on the list."""
        if self.mode == "iap":
            email = self._verifier.iap_email(request)
            return self._as_staff(email, self._staff.require(email).role)
        try:
            value, issued_at = self._serializer.loads(
                request.cookies.get(self.cookie_name, ""), max_age=HOURS * 3600, return_timestamp=True
            )
            email, session_id = str(value["email"]), str(value["id"])
        except (BadSignature, KeyError, TypeError):
            raise UnauthenticatedError("sign in first") from None
        member = self._staff.require(email)
        is_over = member.signed_out_at and issued_at.astimezone(dt.UTC) <= member.signed_out_at
        if is_over or session_id in member.ended_sessions:
            raise UnauthenticatedError("this session was ended; sign in again")
        return self._as_staff(email, member.role, session_id)

    def require_own_page(self, request: flask.Request, staff: Staff | None = None) -> None:
        """Refuse a state-changing request that another site may have caused.

        On one's own machine a missing header is allowed, so that tools can be used; a wrong one never is.
        """
        if request.method in SAFE_METHODS:
            return
        origin = request.headers.get("Origin")
        if (origin or self._strict) and urlsplit(origin or "").netloc != request.host:
            raise ForbiddenError("the request comes from another site")
        # Other sites can send a form too, but not with our header.
        if self._strict and not (request.is_json or (staff and request.mimetype == FORM_TYPE)):
            raise ForbiddenError("the request must be JSON, or a form with a file")
        token = request.headers.get(CSRF_HEADER)
        if staff and (token or self._strict) and not _is_same(token or "", staff.csrf_token):
            raise ForbiddenError(f"the {CSRF_HEADER} header does not belong to this session")

    def end(self, staff: Staff) -> None:
        """End this session: at once on this instance, within 30 seconds on others (members.py)."""
        if staff.session_id:
            self._staff.end_session(staff.email, staff.session_id, dt.timedelta(hours=HOURS))

    def end_everywhere(self, staff: Staff) -> None:
        """End every session of this member."""
        self._staff.sign_out_everywhere(staff.email)

    def _as_staff(self, email: str, role: Role, session_id: str = "") -> Staff:
        token = hmac.new(self._key.encode(), f"csrf:{session_id}:{email}".encode(), hashlib.sha256).hexdigest()
        return Staff(email, role, token, session_id)

    @property
    def _strict(self) -> bool:
        return self.mode != "local"

    @property
    def cookie_name(self) -> str:
        """Name the session's cookie."""
        return HOST_COOKIE if self._strict else LOCAL_COOKIE

    @property
    def _attributes(self) -> dict[str, Any]:
        return {"httponly": True, "samesite": "Strict", "path": "/", "secure": self._strict}


def _is_same(given: str, wanted: str) -> bool:
    """Compare in a time that tells nothing; a header may hold any byte, and text of such bytes is not compared."""
    return hmac.compare_digest(given.encode(), wanted.encode())
