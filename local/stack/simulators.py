"""The simulators as a program steers them: customers write, faults are switched, what was sent is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter

REQUEST_SECONDS = 30.0
CONNECTIONS = 64
AFTER_EVERYTHING = 10**15  # a revision that no change is newer than

Json = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """A message that a customer wrote: WhatsApp's id of it, and the webhook that tells of it."""

    whatsapp_id: str
    webhook: Json


@dataclass(frozen=True)
class Sent:
    """A message that the business sent and WhatsApp took, in the order of `sequence`; `time` is epoch seconds."""

    sequence: int
    customer_id: str
    text: str
    callback_data: str
    time: float
    fault: str | None
    reached_customer: bool


class Phone:
    """The phone simulator; threads may share it."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control"
        self._session = _session()
        self._visit = self._get("/state")["session"]

    def add_customer(self, name: str, *, auto_read: bool = False) -> str:
        """Give somebody a phone, perhaps one who reads all at once; returns the simulator's id of the customer."""
        return str(self._post("/customers", {"name": name, "auto_read": auto_read})["id"])

    def write(self, customer_id: str, text: str) -> Written:
        """Let a customer write a text."""
        answer = self._post(f"/customers/{customer_id}/messages", {"type": "text", "text": text})
        return Written(answer["id"], answer["webhook"])

    def post_webhook(self, webhook: Json) -> None:
        """Post a webhook (once more)."""
        self._post("/webhook", {"payload": webhook})

    def sent(self, since: int = 0) -> list[Sent]:
        """List what the business sent after a sequence number."""
        return [_sent(item) for item in self._get("/sent", {"since": since})["sent"]]

    def webhooks(self) -> Json:
        """Return how many webhooks were `posted`, and how many are still `pending`."""
        summary: Json = self._get("/state", {"session": self._visit, "since": AFTER_EVERYTHING})["webhooks"]
        return summary

    def calls(self) -> list[Json]:
        """List the calls of the Graph API."""
        listed: list[Json] = self._get("/calls")["calls"]
        return listed

    def add_faults(self, faults: Mapping[str, Any]) -> None:
        """Switch faults on."""
        self._post("/faults", faults)

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._session.delete(f"{self._url}/faults", timeout=REQUEST_SECONDS).raise_for_status()

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Json:
        answer = self._session.get(f"{self._url}{path}", params=query, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        body: Json = answer.json()
        return body

    def _post(self, path: str, body: Mapping[str, Any]) -> Json:
        answer = self._session.post(f"{self._url}{path}", json=body, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        answered: Json = answer.json()
        return answered


class OpenAI:
    """The OpenAI simulator."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_control"
        self._session = _session()

    def add_faults(self, faults: Sequence[Json]) -> None:
        """Switch faults on."""
        self._post({"faults": list(faults)})

    def set_latency(self, seconds: Mapping[str, float]) -> None:
        """Let calls take longer, by endpoint."""
        self._post({"latency": dict(seconds)})

    def quote_messages(self) -> None:
        """Have every answer quote what it answers, which tells afterwards what was answered where."""
        self._post({"quote_messages": True})

    def clear_faults(self) -> None:
        """Switch all faults and delays off."""
        self._session.delete(f"{self._url}/faults", timeout=REQUEST_SECONDS).raise_for_status()

    def calls(self, endpoint: str | None = None) -> list[Json]:
        """List the latest calls (10,000 at most)."""
        query = {"endpoint": endpoint} if endpoint else None
        answer = self._session.get(f"{self._url}/calls", params=query, timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        listed: list[Json] = answer.json()["calls"]
        return listed

    def conversations(self) -> list[Json]:
        """List the newest conversations (50 at most), each with its items."""
        answer = self._session.get(f"{self._url}/conversations", timeout=REQUEST_SECONDS)
        answer.raise_for_status()
        listed: list[Json] = answer.json()["conversations"]
        return listed

    def _post(self, body: Json) -> None:
        self._session.post(f"{self._url}/faults", json=body, timeout=REQUEST_SECONDS).raise_for_status()


def _sent(item: Json) -> Sent:
    return Sent(
        sequence=item["sequence"],
        customer_id=item["customer_id"],
        text=item["text"],
        callback_data=item["callback_data"] or "",
        time=item["time"],
        fault=item["fault"],
        reached_customer=item["reached_customer"],
    )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy for loopback
    session.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
    return session
