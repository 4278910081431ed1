"""A curl that reaches only the functions of the fake project, and Meta: started as `curl` by deploy.sh under test.

What to do comes on standard input, as deploy.sh writes it. Each call is logged without that input, which may hold
secrets; what it asked for goes to `requests.jsonl`.
"""

import json
import os
import re
import sys
import urllib.parse
from pathlib import Path

FOLDER = Path(os.environ["FAKE_CLOUD"])


def main() -> int:
    with (FOLDER / "curl.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(sys.argv[1:]) + "\n")
    config = dict(re.findall(r'^(\w+) = "(.*)"$', sys.stdin.read(), re.MULTILINE))
    with (FOLDER / "requests.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(config) + "\n")
    body, status = answer(config)
    print(f"{body}\n{status}", end="")
    return 0


def answer(config: dict[str, str]) -> tuple[str, int]:
    url = urllib.parse.urlsplit(config["url"])
    if url.hostname == "graph.facebook.com":
        return ('{"success":true}', 200)
    state = json.loads((FOLDER / "state.json").read_text(encoding="utf-8"))
    for name, service in state["services"].items():
        tag, _, host = (url.hostname or "").rpartition("---")
        if service["status"]["url"] != f"https://{host}":
            continue
        invokers = [member for item in state["policies"][f"services/{name}"] for member in item["members"]]
        if "allUsers" not in invokers and "header" not in config:
            return ("forbidden", 403)
        if url.path == "/health":
            sick = name in state["unhealthy"] and (tag or "candidate" not in json.dumps(service["status"]))
            return ('{"status":"unhealthy"}', 503) if sick else ('{"status":"ok"}', 200)
        return handshake(state, service, url.query)
    return ("not found", 404)


def handshake(state: dict, service: dict, query: str) -> tuple[str, int]:  # type: ignore[type-arg]
    given = {name: values[0] for name, values in urllib.parse.parse_qs(query).items()}
    for variable in service["spec"]["template"]["spec"]["containers"][0]["env"]:
        if variable["name"] == "VERIFY_TOKEN":
            reference = variable["valueFrom"]["secretKeyRef"]
            token = state["secrets"][reference["name"]]["versions"][int(reference["key"]) - 1]
            if given["hub.verify_token"] == token:
                return (given["hub.challenge"], 200)
    return ("forbidden", 403)


if __name__ == "__main__":
    sys.exit(main())
