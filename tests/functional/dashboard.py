"""A member of staff at the dashboard's API, and conversations for them to look at."""

import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from shared.model.contact import Contact, LastMessage
from shared.model.message import Message
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.described import Described
from tests.functional.product import Json

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Staff:
    """A browser that is signed in; every answer that it gets is held to the API's description."""

    client: FlaskClient
    cookie: str
    csrf_token: str
    described: Described

    @classmethod
    def sign_in(cls, client: FlaskClient, email: str | None = None) -> "Staff":
        """Sign in on this machine."""
        answer = client.post("/api/login", json={"email": email} if email else {})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        described = Described(client.get("/api/openapi.json", headers={"Cookie": cookie}).get_json())
        described.check("POST", "/api/login", answer)
        return cls(client, cookie, answer.get_json()["csrf_token"], described)

    def call(self, method: str, path: str, body: Any = None, **query: str) -> TestResponse:
        """Make a request; `body` is JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        answer = self.client.open(path, method=method, data=data, headers=headers, query_string=query)
        self.described.check(method, path, answer)
        return answer

    def upload(self, path: str, content: bytes, mime_type: str, filename: str, **fields: Any) -> TestResponse:
        """Put a form with a file and other fields."""
        file = FileStorage(io.BytesIO(content), filename, content_type=mime_type)
        boundary, body = encode_multipart({"file": file, **fields})
        content_type = f"multipart/form-data; boundary={boundary}"
        answer = self.client.put(path, data=body, headers={**self._headers, "Content-Type": content_type})
        self.described.check("PUT", path, answer)
        return answer

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRF-Token": self.csrf_token}

    def get(self, path: str, **query: str) -> Json:
        """Read something that is there."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        body: Json = answer.get_json()
        return body

    def do(self, method: str, path: str, body: Any = None) -> Json:
        """Change something that can be changed."""
        answer = self.call(method, path, body)
        assert answer.status_code in (200, 201), answer.text
        result: Json = answer.get_json()
        return result


def add_contact(store: Store, **fields: Any) -> Contact:
    """Store a customer who wrote a moment ago."""
    now = utc_now()
    said = LastMessage(text="ciao", kind="text", direction="in", author="customer", at=now)
    values = {"id": uuid4().hex, "created_at": now, "last_activity_at": now, "last_message": said}
    contact = Contact(**{**values, "window_closes_at": now + DAY, **fields})
    return store.commit(contact, Change(contact))


def close_window(contact: Contact) -> Contact:
    """Let the time pass in which customers may be sent anything."""
    return replace(contact, window_closes_at=utc_now() - DAY)


def add_message(store: Store, contact: Contact, text: str, at: dt.datetime | None = None) -> Message:
    """Store a message that a customer wrote."""
    return add_messages(store, contact, [text], at)[0]


def add_messages(
    store: Store, contact: Contact, texts: Sequence[str], at: dt.datetime | None = None
) -> tuple[Message, ...]:
    """Store messages that a customer wrote, in one batch."""
    messages = tuple(said(contact, text, at or utc_now()) for text in texts)
    current = store.contacts.get(contact.id)
    assert current is not None
    store.commit(current, Change(current, creates=messages))
    return messages


def said(contact: Contact, text: str, at: dt.datetime) -> Message:
    """Return a message that a customer wrote."""
    return Message(
        id=uuid4().hex,
        contact_id=contact.id,
        direction="in",
        author="customer",
        kind="text",
        text=text,
        status="answered",
        at=at,
    )
