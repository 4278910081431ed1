"""Who somebody is: a Google ID token, Identity-Aware Proxy's header, or being on the same machine.

Facts: developers.google.com/identity/gsi/web/guides/verify-google-id-token;
cloud.google.com/iap/docs/signed-headers-howto.
"""

import ipaddress
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import flask
import google.auth.transport
import google.auth.transport.requests
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2 import id_token

from functions.dashboard_api.bodies import LoginBody
from shared.errors import ForbiddenError, RemoteError, UnauthenticatedError
from shared.kept import Kept, KeptByKey
from shared.settings import DashboardSettings

GOOGLE_ISSUERS = ("accounts.google.com", "https://accounts.google.com")
IAP_ISSUER = "https://cloud.google.com/iap"
IAP_HEADER = "X-Goog-IAP-JWT-Assertion"
CERTIFICATES_TIMEOUT_SECONDS = 5.0
CLOCK_SKEW_SECONDS = 10
CERTIFICATES_SECONDS = 3600.0  # Google rotates them daily and publishes new ones well ahead
CERTIFICATES_OLD_SECONDS = 6 * 3600.0  # as long as Google does not give them
CERTIFICATES_PAUSE_SECONDS = 30.0  # after a failure, before Google is asked again
MAX_CERTIFICATE_URLS = 2  # Google's and the proxy's
LOCAL_EMAIL = "staff@localhost"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
FORWARDED = ("forwarded", "x-forwarded-", "x-real-ip")  # the headers of a proxy


class TokenVerifier:
    """Signed tokens, and what is verified of them: signature, audience, issuer, expiry."""

    def __init__(self, settings: DashboardSettings) -> None:
        self._settings = settings
        self._certificates = Certificates()

    def google_email(self, credential: str) -> str:
        """Return the verified address in a Google ID token; raises UnauthenticatedError."""
        settings = self._settings
        claims = self._claims(credential, settings.google_client_id, settings.google_certs_url)
        if claims.get("iss") not in GOOGLE_ISSUERS or claims.get("email_verified") is not True:
            raise UnauthenticatedError("Google does not vouch for this address")
        return normal_address(claims.get("email"))

    def iap_email(self, request: flask.Request) -> str:
        """Return the address that Identity-Aware Proxy signed for; raises UnauthenticatedError."""
        settings = self._settings
        token = request.headers.get(IAP_HEADER, "")
        claims = self._claims(token, settings.iap_audience, settings.iap_certs_url)
        if claims.get("iss") != IAP_ISSUER:
            raise UnauthenticatedError("the proxy's token has another issuer")
        return normal_address(claims.get("email"))

    def _claims(self, token: str, audience: str | None, certs_url: str) -> Mapping[str, Any]:
        if not token or not audience:
            raise UnauthenticatedError("sign in first")
        try:
            return id_token.verify_token(token, self._certificates, audience, certs_url, CLOCK_SKEW_SECONDS)
        except (ValueError, TypeError, GoogleAuthError, RemoteError):  # a claim may be of any type
            raise UnauthenticatedError("the sign-in token is not valid") from None


class Certificates(google.auth.transport.Request):
    """Google's certificates, kept for its library."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._request = google.auth.transport.requests.Request()
        self._answers = KeptByKey(lambda url: self._kept(url, clock), MAX_CERTIFICATE_URLS)

    def __call__(self, url: str, *_arguments: Any, **_options: Any) -> Any:
        """Return the answer for a URL; raises RemoteError when there is none."""
        return self._answers(url)

    def _kept(self, url: str, clock: Callable[[], float]) -> Kept[Any]:
        return Kept(
            lambda: self._fetch(url),
            CERTIFICATES_SECONDS,
            stale_seconds=CERTIFICATES_OLD_SECONDS,
            pause_seconds=CERTIFICATES_PAUSE_SECONDS,
            clock=clock,
        )

    def _fetch(self, url: str) -> Any:
        try:
            response = self._request(url, timeout=CERTIFICATES_TIMEOUT_SECONDS)
        except TransportError as error:
            raise RemoteError("Google's certificates cannot be fetched", retryable=True) from error
        if response.status != 200:
            raise RemoteError("Google's certificates cannot be fetched", remote_code=str(response.status))
        return response


def normal_address(value: Any) -> str:
    """Return an address in lower case; raises UnauthenticatedError when there is none."""
    if not isinstance(value, str) or "@" not in value:
        raise UnauthenticatedError("the token names no address")
    return value.strip().lower()


def require_this_machine(request: flask.Request) -> None:
    """Refuse what was asked of another host name, or came through a proxy; raises ForbiddenError.

    A page that a developer visits can give its own name the address 127.0.0.1, and would then be of our origin.
    """
    name = urlsplit(f"//{request.host}").hostname or ""
    forwarded = any(header.lower().startswith(FORWARDED) for header, _ in request.headers)
    if name not in THIS_MACHINE or forwarded:
        raise ForbiddenError("with AUTH_MODE=local the dashboard answers at this machine's own names only")


def local_email(request: flask.Request, body: LoginBody) -> str:
    """Return who signs in on this very machine; raises ForbiddenError for anybody else."""
    try:
        here = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        here = False
    if not here:
        raise ForbiddenError("local sign-in works only on the machine the dashboard runs on")
    return (body.email or LOCAL_EMAIL).lower()
