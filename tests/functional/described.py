"""The API's description, to which answers are held."""

import re
from functools import cache
from typing import Any

import jsonschema_rs
from werkzeug.test import TestResponse

Json = dict[str, Any]


class Described:
    """What `/api/openapi.json` says; here an answer may have no field that it does not name."""

    def __init__(self, document: Json) -> None:
        self.document = document
        schemas = {name: _closed(schema) for name, schema in document["components"]["schemas"].items()}
        self._components = {**document["components"], "schemas": schemas}
        self._patterns = {
            path: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))) for path in document["paths"]
        }
        self._validator = cache(self._make_validator)

    @property
    def operations(self) -> list[tuple[str, str, Json]]:
        """List every method, path and operation."""
        return [
            (method.upper(), path, operation)
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
        ]

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """Fail for an answer that is not described; what is no route is not judged."""
        found = [name for name, pattern in self._patterns.items() if pattern.fullmatch(path)]
        name = min(found, key=lambda name: name.count("{"), default=None)  # "/a/b" before "/a/{id}"
        if name is None or answer.status_code == 405 or method.lower() not in self.document["paths"][name]:
            return
        what = f"{method} {name} answered {answer.status_code}"
        responses = self.document["paths"][name][method.lower()]["responses"]
        assert str(answer.status_code) in responses, f"{what}, which is not described: {answer.text[:300]}"
        content = self._resolved(responses[str(answer.status_code)]).get("content", {})
        if not content:
            assert not answer.data, f"{what} with a body that is not described"
        elif "application/json" in content:
            assert answer.is_json, f"{what} with something else than JSON"
            problems = self._validator(name, method.lower(), str(answer.status_code)).iter_errors(answer.get_json())
            assert not [f"{problem.message} at {problem.instance_path}" for problem in problems], what
        else:
            assert answer.mimetype in content or "*/*" in content, f"{what} with {answer.mimetype}"

    def _make_validator(self, name: str, method: str, status: str) -> Any:
        response = self._resolved(self.document["paths"][name][method]["responses"][status])
        schema = response["content"]["application/json"]["schema"]
        return jsonschema_rs.validator_for({**schema, "components": self._components})

    def _resolved(self, response: Json) -> Json:
        reference = response.get("$ref", "")
        return self.document["components"]["responses"][reference.rpartition("/")[2]] if reference else response


def _closed(schema: Json) -> Json:
    return {"additionalProperties": False, **schema} if "properties" in schema else schema
