"""Signing in: who is at the dashboard, kept in a signed cookie.

Local sign-in asks for nothing; it exists only outside Google Cloud and for browsers on this machine.
"""

import ipaddress
import secrets
from dataclasses import dataclass

import flask
from itsdangerous import BadSignature, URLSafeTimedSerializer

from shared.dashboard.bodies import LoginBody
from shared.errors import ForbiddenError, UnauthenticatedError
from shared.settings import DashboardSettings

COOKIE = "session"
HOURS = 8
LOCAL_EMAIL = "staff@localhost"


@dataclass(frozen=True)
class Staff:
    """Who is signed in."""

    email: str
    csrf_token: str


class Sessions:
    """Issues and reads session cookies."""

    def __init__(self, settings: DashboardSettings) -> None:
        secret = settings.session_secret
        # Without a configured secret sessions end when the process does, which is fine on one's own machine.
        key = secret.get_secret_value() if secret else secrets.token_hex(32)
        self._serializer = URLSafeTimedSerializer(key, salt="session")
        self.mode = settings.auth_mode

    def sign_in(self, request: flask.Request, body: LoginBody) -> Staff:
        """Return who signs in; raises ForbiddenError when they may not."""
        if not _is_on_this_machine(request):
            raise ForbiddenError("local sign-in works only on the machine the dashboard runs on")
        return Staff(email=body.email or LOCAL_EMAIL, csrf_token=secrets.token_urlsafe(24))

    def set_cookie(self, response: flask.Response, staff: Staff) -> None:
        """Put the session on the browser: not readable by scripts, not sent from other sites."""
        value = self._serializer.dumps({"email": staff.email, "csrf": staff.csrf_token})
        response.set_cookie(COOKIE, value, max_age=HOURS * 3600, httponly=True, samesite="Strict", path="/")

    def clear_cookie(self, response: flask.Response) -> None:
        """Take the session off the browser."""
        response.delete_cookie(COOKIE, httponly=True, samesite="Strict", path="/")

    def require(self, request: flask.Request) -> Staff:
        """Return who is signed in; raises UnauthenticatedError when nobody is."""
        try:
            value = self._serializer.loads(request.cookies.get(COOKIE, ""), max_age=HOURS * 3600)
            return Staff(email=value["email"], csrf_token=value["csrf"])
        except (BadSignature, KeyError, TypeError):
            raise UnauthenticatedError("sign in first") from None


def _is_on_this_machine(request: flask.Request) -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
