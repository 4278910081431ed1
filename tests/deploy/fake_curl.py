"""A curl that reaches only the functions of the fake project, and Meta."""

import json
import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FakeCurl:
    """Looks at the fake project's state; keeps each call's arguments, and apart from them what it asked for."""

    state: dict[str, Any]
    arguments: list[list[str]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)

    def run(self, arguments: list[str], standard_input: str) -> tuple[int, str]:
        """Make the request that curl's configuration on standard input describes."""
        request = dict(re.findall(r'^(\w+) = "(.*)"$', standard_input, re.MULTILINE))
        self.arguments.append(arguments)
        self.requests.append(request)
        body, status = self._answer(request)
        return 0, f"{body}\n{status}"

    def _answer(self, request: dict[str, str]) -> tuple[str, int]:
        url = urllib.parse.urlsplit(request["url"])
        if url.hostname == "graph.facebook.com":
            return '{"success":true}', 200
        for name, service in self.state["services"].items():
            host = (url.hostname or "").rpartition("---")[2]
            if service["status"]["url"] != f"https://{host}":
                continue
            if not self._is_public(name) and "header" not in request:
                return "forbidden", 403
            if url.path == "/health":
                sick = name in self.state["unhealthy"]
                return ('{"status":"unhealthy"}', 503) if sick else ('{"status":"ok"}', 200)
            return self._handshake(service, url.query)
        return "not found", 404

    def _is_public(self, name: str) -> bool:
        return "allUsers" in json.dumps(self.state["policies"][f"services/{name}"])

    def _handshake(self, service: dict[str, Any], query: str) -> tuple[str, int]:
        """Compare the token with the secret version that the service was deployed with."""
        given = {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}
        variables = service["spec"]["template"]["spec"]["containers"][0]["env"]
        reference = next(item["valueFrom"]["secretKeyRef"] for item in variables if item["name"] == "VERIFY_TOKEN")
        token = self.state["secrets"][reference["name"]]["versions"][int(reference["key"]) - 1]
        if given["hub.verify_token"] == token:
            return given["hub.challenge"], 200
        return "forbidden", 403
