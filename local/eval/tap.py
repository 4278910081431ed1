"""Every call of OpenAI's API as it went over the wire: what was asked, what the model said, and what it took.

So the model's own words are known whatever the product makes of them.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai

from shared.model.usage import Usage

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One answered request for a response."""

    instructions: str
    schema: str  # the name of the structured output that was asked for, empty for words
    text: str
    usage: Usage
    status: int

    @property
    def values(self) -> Json:
        """Return what an extraction said, by name, however deep it lies; empty when it is no JSON object."""
        try:
            return dict(_leaves(json.loads(self.text))) if self.schema else {}
        except ValueError:
            return {}


@dataclass
class Tap:
    """Keeps the calls of one case; `client` is what the assistant is given."""

    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self) -> httpx2.Client:
        """Return an HTTP client for OpenAI's SDK whose calls are kept here."""
        return openai.DefaultHttpxClient(event_hooks={"response": [self._keep]})

    def _keep(self, response: httpx2.Response) -> None:
        if not response.request.url.path.endswith("/responses"):
            return
        call = _call(_read(response.request.read()), _read(response.read()), response.status_code)
        with self._lock:
            self.calls.append(call)


def _call(asked: Json, answered: Json, status: int) -> Call:
    wanted = _dict(_dict(asked.get("text")).get("format"))
    tokens = _dict(answered.get("usage"))
    return Call(
        instructions=str(asked.get("instructions") or ""),
        schema=str(wanted.get("name") or "") if wanted.get("type") == "json_schema" else "",
        text=_output_text(answered),
        usage=Usage(
            model=str(answered.get("model") or asked.get("model") or ""),
            input_tokens=_count(tokens.get("input_tokens")),
            cached_tokens=_count(_dict(tokens.get("input_tokens_details")).get("cached_tokens")),
            output_tokens=_count(tokens.get("output_tokens")),
        ),
        status=status,
    )


def _output_text(answered: Json) -> str:
    items = answered.get("output")
    parts = [
        part.get("text") or part.get("refusal") or ""
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and isinstance(item.get("content"), list)
        for part in item["content"]
        if isinstance(part, dict) and item.get("type") == "message"
    ]
    return "\n".join(map(str, filter(None, parts)))


def _leaves(said: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(said, dict):
        for name, inner in said.items():
            if isinstance(inner, dict):
                yield from _leaves(inner)
            else:
                yield name, inner


def _read(content: bytes) -> Json:
    try:
        return _dict(json.loads(content))
    except ValueError:
        return {}


def _dict(given: Any) -> Json:
    return given if isinstance(given, dict) else {}


def _count(given: Any) -> int:
    return given if isinstance(given, int) else 0
