"""A curl that reaches only the functions of the fake project, its store, and Meta."""

import hashlib
import hmac
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

IAP = "run.googleapis.com/iap-enabled"
OPEN = "run.googleapis.com/invoker-iam-disabled"
Reply = tuple[str, int]


@dataclass
class FakeCurl:
    """Looks at the fake project's state; keeps each call's arguments, and apart from them what it asked for."""

    state: dict[str, Any]
    arguments: list[list[str]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)

    def run(self, arguments: list[str], standard_input: str) -> tuple[int, str]:
        """Make the request that curl's configuration on standard input describes."""
        pairs = re.findall(r'^(\w+) = "(.*)"$', standard_input, re.MULTILINE)
        request = {name: re.sub(r"\\(.)", r"\1", value) for name, value in pairs if name != "header"}
        headers = [value.split(": ", 1) for name, value in pairs if name == "header"]
        request |= {f"header {name}": value for name, value in headers}
        self.arguments.append(arguments)
        self.requests.append(request)
        body, status = self._answer(request)
        return 0, f"{body}\n{status} 0.021"

    def _answer(self, request: dict[str, str]) -> Reply:
        url = urllib.parse.urlsplit(request["url"])
        if url.hostname == "graph.facebook.com":
            return self._meta(request, url)
        if url.hostname == "firestore.googleapis.com":
            return self._store(request, url)
        for name, service in self.state["services"].items():
            host = (url.hostname or "").rpartition("---")[2]
            if service["status"]["url"] == f"https://{host}":
                return self._function(name, service, request, url)
        return "not found", 404

    def _function(
        self, name: str, service: dict[str, Any], request: dict[str, str], url: urllib.parse.SplitResult
    ) -> Reply:
        access = service["metadata"]["annotations"]
        if IAP in access:
            return "sign in", 302
        if OPEN not in access and request.get("header Authorization") != "Bearer eyJ.identity":
            return "forbidden", 403
        if url.path == "/health":
            sick = name in self.state["unhealthy"]
            return ('{"status":"unhealthy"}', 503) if sick else ('{"status":"ok"}', 200)
        if "data" in request:
            return self._event(service, request)
        return self._handshake(service, url.query)

    def _event(self, service: dict[str, Any], request: dict[str, str]) -> Reply:
        """Take a signed event; queue and process carry what nobody understands into the store."""
        body, secret = request["data"], self._secret(service, "WHATSAPP_APP_SECRET").split(",")[0]
        signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        if request["header X-Hub-Signature-256"] != f"sha256={signature}":
            return "unauthorized", 401
        [change] = json.loads(body)["entry"][0]["changes"]
        trace = request["header X-Cloud-Trace-Context"].partition("/")[0]
        received = {"message": "received", "trace": f"projects/{self.state['project']}/traces/{trace}"}
        self.state["lines"].append({"jsonPayload": received, "timestamp": "2026-11-28T10:00:00.000000Z"})
        if any(queue["state"] == "RUNNING" for queue in self.state["queues"].values()):
            kept = {"message": "event", "field": change["field"]}
            self.state["lines"].append({"jsonPayload": kept, "timestamp": "2026-11-28T10:00:00.310000Z"})
            name = f"projects/{self.state['project']}/databases/(default)/documents/events/one"
            document = {"name": name, "createTime": "2026-11-28T10:00:00.350000123Z"}
            self.state["documents"][change["field"]] = document
        return "ok", 200

    def _store(self, request: dict[str, str], url: urllib.parse.SplitResult) -> Reply:
        if request.get("header Authorization") != "Bearer ya29.access":
            return "unauthorized", 401
        documents = self.state["documents"]
        if request.get("request") == "DELETE":
            [field] = [key for key, document in documents.items() if url.path.endswith(document["name"])]
            del documents[field]
            return "{}", 200
        wanted = json.loads(request["data"])["structuredQuery"]["where"]["fieldFilter"]["value"]["stringValue"]
        return json.dumps([{"document": documents[wanted]} if wanted in documents else {"readTime": "now"}]), 200

    def _meta(self, request: dict[str, str], url: urllib.parse.SplitResult) -> Reply:
        if "data" not in request:
            return json.dumps(self.state["number_state"]), 200
        if url.path.endswith("/register"):
            self.state["number_state"] |= {"status": "CONNECTED", "platform_type": "CLOUD_API"}
        form = dict(urllib.parse.parse_qsl(request["data"]))
        if "user_id_update" in form.get("fields", ""):
            said = "(#100) Param fields[1] must be one of {account_alerts, account_update, messages, …}"
            return json.dumps({"error": {"code": 100, "message": said}}), 400
        return '{"success":true}', 200

    def _secret(self, service: dict[str, Any], variable: str) -> str:
        """Read the secret version that the service was deployed with."""
        variables = service["spec"]["template"]["spec"]["containers"][0]["env"]
        reference = next(item["valueFrom"]["secretKeyRef"] for item in variables if item["name"] == variable)
        return str(self.state["secrets"][reference["name"]]["versions"][int(reference["key"]) - 1])

    def _handshake(self, service: dict[str, Any], query: str) -> Reply:
        given = {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}
        if given["hub.verify_token"] == self._secret(service, "VERIFY_TOKEN"):
            return given["hub.challenge"], 200
        return "forbidden", 403
