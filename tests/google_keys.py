"""Google's keys and what is signed with them: sign-in tokens, and the header of Identity-Aware Proxy."""

import datetime as dt
import json
import time
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt
from werkzeug.wrappers import Request, Response

CLIENT_ID = "client.apps.googleusercontent.com"
IAP_AUDIENCE = "/projects/1/apps/dashboard"
OWNER = "owner@example.com"


class Signer:
    """Google's keys: RSA for sign-in tokens, an elliptic curve for the proxy's header.

    A WSGI application that publishes them, as Google does.
    """

    def __init__(self) -> None:
        self._rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._ec = ec.generate_private_key(ec.SECP256R1())

    def __call__(self, environment: Any, start: Any) -> Any:
        certificates = self._certificates()[Request(environment).path]
        return Response(json.dumps(certificates))(environment, start)

    def google(self, **changes: Any) -> str:
        """Return a sign-in token of the owner; `changes` override its claims."""
        claims = {"iss": "https://accounts.google.com", "aud": CLIENT_ID, "email": OWNER, "email_verified": True}
        return self._sign(crypt.RSASigner.from_string(self._pem(self._rsa), "rsa"), {**claims, **changes})

    def proxy(self, **changes: Any) -> str:
        """Return the proxy's header for the owner; `changes` override its claims."""
        claims = {"iss": "https://cloud.google.com/iap", "aud": IAP_AUDIENCE, "email": OWNER}
        return self._sign(crypt.ES256Signer.from_string(self._pem(self._ec), "ec"), {**claims, **changes})

    def _certificates(self) -> dict[str, dict[str, str]]:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._rsa.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .sign(self._rsa, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        public = self._ec.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"/google": {"rsa": pem}, "/iap": {"ec": public.decode()}}

    def _sign(self, signer: Any, claims: dict[str, Any]) -> str:
        now = int(time.time())
        return str(jwt.encode(signer, {"iat": now - 5, "exp": now + 600, **claims}).decode())

    def _pem(self, key: Any) -> bytes:
        pem: bytes = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return pem
