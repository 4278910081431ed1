"""The signature that Meta puts on every webhook."""

import hashlib
import hmac

import pytest

from functions.webhook.payload import is_signed

BODY = b'{"object": "whatsapp_business_account", "name": "\xc3\xa8 \xff\x00"}'
SECRET = b"app-secret"


def signature(body: bytes = BODY, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_signature_of_the_raw_body_is_accepted():
    assert is_signed(BODY, signature(), [SECRET])


def test_signature_of_an_empty_body_is_accepted():
    assert is_signed(b"", signature(b""), [SECRET])


@pytest.mark.parametrize("changed", [BODY + b" ", BODY[:-1], BODY.replace(b" ", b"", 1), b""])
def test_signature_of_another_body_is_refused(changed):
    assert not is_signed(changed, signature(), [SECRET])


@pytest.mark.parametrize("secrets", [[b"new", SECRET], [SECRET, b"new"]])
def test_signature_with_either_secret_is_accepted_while_rotating(secrets):
    assert is_signed(BODY, signature(), secrets)
    assert is_signed(BODY, signature(secret=b"new"), secrets)
    assert not is_signed(BODY, signature(secret=b"other"), secrets)


def test_signature_without_any_secret_is_refused():
    assert not is_signed(BODY, signature(secret=b""), [])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256",
        signature().removeprefix("sha256="),
        signature().replace("sha256=", "sha1="),
        signature().replace("sha256=", "SHA256="),
        signature()[:-1],
        signature() + "0",
        signature().upper(),
        f" {signature()}",
        f"{signature()} ",
        "sha256=" + "0" * 64,
        "sha256=è" + "0" * 63,
        "sha256=\ud800" + "0" * 63,
        "sha256=" + "\x00" * 64,
        "sha256=" + "a" * 1_000_000,
    ],
    ids=lambda header: repr(header)[:20],
)
def test_signature_missing_wrong_or_garbled_is_refused(header):
    assert not is_signed(BODY, header, [SECRET])
