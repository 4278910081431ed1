"""The two people of the whole path: a customer at the phone simulator, and staff at the dashboard's API."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

WAIT_SECONDS = 60.0  # generous: a time-out here means that something never came
POLL_SECONDS = 0.1
REQUEST_SECONDS = 20.0

Json = dict[str, Any]
Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """Return what `look` finds, as soon as it is something; fails when it never is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class Customer:
    """A customer's phone."""

    phone_url: str
    id: str
    phone: str

    @classmethod
    def new(cls, phone_url: str, name: str) -> "Customer":
        """Take a new phone with a number of its own."""
        answer = requests.post(f"{phone_url}/_control/customers", json={"name": name}, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        return cls(phone_url, answer.json()["id"], answer.json()["phone"])

    def write(self, text: str) -> Json:
        """Send a text; returns the webhook that WhatsApp posts for it."""
        answer = requests.post(self._messages, json={"type": "text", "text": text}, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        webhook: Json = answer.json()["webhook"]
        return webhook

    def send_file(self, kind: str, filename: str, content: bytes, mime_type: str) -> None:
        """Send a file."""
        answer = requests.post(
            self._messages,
            data={"type": kind},
            files={"file": (filename, content, mime_type)},
            timeout=REQUEST_SECONDS,
        )
        answer.raise_for_status()

    def replies(self) -> list[str]:
        """Return what the business has written, oldest first."""
        answer = requests.get(self._messages, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        return [item["text"] for item in answer.json()["messages"] if item["direction"] == "in"]

    def wait_for_replies(self, count: int) -> list[str]:
        """Wait until the business has written so many messages, and return them."""

        def look() -> list[str] | None:
            replies = self.replies()
            return replies if len(replies) >= count else None

        return wait_for(f"reply {count}", look)

    @property
    def _messages(self) -> str:
        return f"{self.phone_url}/_control/customers/{self.id}/messages"


class Dashboard:
    """A member of staff, signed in."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        answer = self._session.post(f"{url}/api/login", json={}, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        self._session.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def get(self, path: str) -> Json:
        """Read one of the API's routes."""
        answer = self._session.get(f"{self._url}/api{path}", timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        body: Json = answer.json()
        return body

    def open(self, url: str) -> requests.Response:
        """Open a file under its address on the dashboard."""
        return self._session.get(f"{self._url}{url}", timeout=REQUEST_SECONDS)

    def send(self, method: str, path: str, body: Json) -> Json:
        """Change something."""
        answer = self._session.request(method, f"{self._url}/api{path}", json=body, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def conversation(self, customer: Customer) -> Json | None:
        """Return the conversation with a customer, None when there is none yet."""
        listed = self.get("/conversations")["conversations"]
        return next((item for item in listed if _digits(item["phone"]) == customer.phone), None)

    def profile(self, customer: Customer) -> dict[str, str | None]:
        """Return what is known about a customer, by field; nothing before the conversation exists."""
        conversation = self.conversation(customer)
        if not conversation:
            return {}
        fields = self.get(f"/profile/{conversation['id']}")["fields"]
        return {field["name"]: field["value"] for field in fields}


def _digits(phone: str | None) -> str:
    return "".join(character for character in phone or "" if character.isdigit())
