"""The static page and its Content-Security-Policy."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import flask

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
GOOGLE_SIGN_IN = "https://accounts.google.com/gsi/"
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


def page_response(*, with_google: bool) -> flask.Response:
    """Serve the page under a policy that allows its own files and its one inline import map, nothing else.

    `with_google` adds what Google's sign-in button needs, as its documentation lists it
    (developers.google.com/identity/gsi/web/guides/get-google-api-clientid#content_security_policy).
    """
    response = flask.Response(_page(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _policy(with_google)
    if with_google:
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    response.headers["Cache-Control"] = "no-cache"
    return response


def asset_response(path: str) -> flask.Response:
    """Serve a file of the front end; raises NotFound of werkzeug for any other path."""
    response = flask.send_from_directory(FRONTEND, path, conditional=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def _page() -> str:
    return (FRONTEND / "index.html").read_text(encoding="utf-8")


@cache
def _policy(with_google: bool) -> str:
    """Allow the import map by its hash: browsers have no other way to load one under a strict policy."""
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in _IMPORT_MAP.findall(_page())
    ]
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    if with_google:
        rules["script-src"] += f" {GOOGLE_SIGN_IN}client"
        rules["style-src"] += f" {GOOGLE_SIGN_IN}style"
        rules["frame-src"] = GOOGLE_SIGN_IN
        rules["connect-src"] += f" {GOOGLE_SIGN_IN}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())
