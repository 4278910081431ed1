"""A server of OpenAI's API that says what a script tells it to: independent of our simulator, good or bad."""

import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from local.stack.ports import LOOPBACK

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """What the model makes of a message: what it extracts, and what it answers."""

    answer: str = "Va bene."
    details: Mapping[str, Any] = field(default_factory=dict)


class ScriptedModel:
    """Answers by the first key of the script that stands in the customer's message; else with a plain Line."""

    def __init__(self, script: Mapping[str, Line]) -> None:
        self._script = script
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self.asked: list[Json] = []

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.endswith("/conversations"):
            return _json({"id": f"conv_{next(self._numbers)}"})
        if request.path.endswith("/items"):
            return _json({"data": []})
        body = json.loads(request.get_data())
        with self._lock:
            self.asked.append(body)
        wanted = body.get("text", {}).get("format", {})
        line = self._line(_customers_words(body["input"]))
        if wanted.get("type") == "json_schema":
            return _json(self._response(body, json.dumps(_filled(wanted["schema"], line.details))))
        # As a model may that is asked for them: the whole of what it was told.
        return _json(self._response(body, line.answer.replace("{instructions}", body["instructions"])))

    def _line(self, words: str) -> Line:
        return next((line for key, line in self._script.items() if key in words), Line())

    def _response(self, asked: Json, text: str) -> Json:
        content = [{"type": "output_text", "text": text, "annotations": []}]
        item = {"id": f"msg_{next(self._numbers)}", "type": "message", "role": "assistant", "content": content}
        return {
            "id": f"resp_{next(self._numbers)}",
            "model": asked["model"],
            "status": "completed",
            "output": [{**item, "status": "completed"}],
            "usage": {
                "input_tokens": 1000,
                "input_tokens_details": {"cached_tokens": 600},
                "output_tokens": 100,
            },
        }


@contextmanager
def running(script: Mapping[str, Line]) -> Iterator[str]:
    """Serve a script; gives what `OPENAI_BASE_URL` takes."""
    model = ScriptedModel(script)

    @Request.application
    def application(request: Request) -> Response:
        return model.answer(request)

    server = make_server(LOOPBACK, 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _customers_words(given: Any) -> str:
    """Return what the newest message says, which both kinds of call end with."""
    if isinstance(given, str):
        return given.rpartition("customer:")[2]
    content = given[-1]["content"]
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def _filled(schema: Json, details: Mapping[str, Any]) -> Json:
    empty = {"boolean": False, "array": [], "string": ""}
    return {
        name: details.get(name, empty.get(about.get("type", ""))) for name, about in schema["properties"].items()
    }


def _json(body: Json) -> Response:
    return Response(json.dumps(body), content_type="application/json")
