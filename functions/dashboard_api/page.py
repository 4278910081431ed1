"""The page, its Content-Security-Policy and its files, as answers."""

import base64
import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

import flask
from werkzeug.exceptions import NotFound

from functions.dashboard_api.assets import PAGE, VERSION_CHARACTERS, Asset, Assets, compressed

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
GOOGLE_SIGN_IN = "https://accounts.google.com/gsi/"
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
ASKED_FOR_EACH_TIME = "no-cache"
WORTH_COMPRESSING = 1_000  # bytes: less than a packet gains nothing
COMPRESSION_OF_ANSWERS = 5  # of 9: the rest costs time and gains next to nothing
_INLINE = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
_COMPRESSIBLE = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_VERSION = re.compile(rf"([0-9a-f]{{{VERSION_CHARACTERS}}})/(.+)")
_ASSETS = Assets(FRONTEND)


def page_response(*, with_google: bool) -> flask.Response:
    """Serve the page under a policy that allows its own files and its one inline import map, nothing else.

    `with_google` adds what Google's sign-in button needs, as its documentation lists it
    (developers.google.com/identity/gsi/web/guides/get-google-api-clientid#content_security_policy).
    """
    page = _ASSETS.current().page(_texts())
    response = _file_response(Asset(page.encode(), "text/html; charset=utf-8"), ASKED_FOR_EACH_TIME)
    response.vary.add("Accept-Language")
    response.headers["Content-Security-Policy"] = _policy(page, with_google)
    if with_google:
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    return response


def asset_response(path: str) -> flask.Response:
    """Serve a file of the front end, with or without a version before its path; raises NotFound of werkzeug.

    For a version that is not this server's, as while a new one is being deployed, its own file is served:
    most often it is the same. No browser keeps that one.
    """
    version = _VERSION.fullmatch(path)
    if version is None:
        return _file_response(_found(_ASSETS.current().assets, path), ASKED_FOR_EACH_TIME)
    front_end = _ASSETS.of_version(version[1])
    kept = ASKED_FOR_EACH_TIME if front_end is None else KEPT_FOR_GOOD
    return _file_response(_found((front_end or _ASSETS.current()).assets, version[2]), kept)


def compress_json(response: flask.Response) -> flask.Response:
    """Compress an answer of the API where that is worth it and the browser takes it.

    Never one with the session's token, which might be guessed from how well it goes with what stands beside it.
    """
    if response.mimetype != "application/json" or response.is_streamed:
        return response
    content = response.get_data()
    if len(content) > WORTH_COMPRESSING and b'"csrf_token"' not in content:
        _compress(response, gzip.compress(content, COMPRESSION_OF_ANSWERS))
    return response


def _found(assets: dict[str, Asset], path: str) -> Asset:
    if path not in assets or path == PAGE:
        raise NotFound
    return assets[path]


def _file_response(asset: Asset, cache_control: str) -> flask.Response:
    response = flask.Response(asset.content, content_type=asset.mime_type)
    response.headers["Cache-Control"] = cache_control
    response.set_etag(asset.tag, weak=True)
    if len(asset.content) > WORTH_COMPRESSING and asset.mime_type.startswith(_COMPRESSIBLE):
        _compress(response, compressed(asset.content))
    response.make_conditional(flask.request)
    return response


def _compress(response: flask.Response, content: bytes) -> None:
    """Send what was compressed to a browser that takes it."""
    response.vary.add("Accept-Encoding")
    if flask.request.accept_encodings["gzip"] > 0:
        response.set_data(content)
        response.headers["Content-Encoding"] = "gzip"


def _texts() -> str:
    """Return the module of the texts that the page will choose, see frontend/lib/texts.js."""
    first = next(iter(flask.request.accept_languages.values()), "")
    return "texts/english.js" if first.lower().startswith("en") else "texts/italian.js"


@cache
def _policy(page: str, with_google: bool) -> str:
    """Allow the import map by its hash: browsers have no other way to load one under a strict policy."""
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in _INLINE.findall(page)
    ]
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
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
