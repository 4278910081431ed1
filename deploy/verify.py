"""After the deploy: does it answer, does the sweep run, and does an event find its way into the store?"""

import datetime as dt
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from deploy.catalogue import DASHBOARD, FUNCTIONS, PROCESS, WEBHOOK, Function
from deploy.curl import Answer, fetch
from deploy.deployment import Deployment
from deploy.gcloud import PROPAGATION_TRIES
from deploy.logs import log_url, reading
from deploy.terminal import Stop

TRIES = 12
WALK_TRIES = 90
STORE = "https://firestore.googleapis.com/v1"
_BEHIND_IAP = (302, 401)  # what Identity-Aware Proxy answers to whom it does not know


def verify_deployment(here: Deployment) -> None:
    """Ask each function for its health, the webhook for Meta's handshake, and have the sweep run once."""
    for function in FUNCTIONS:
        if not check_health(here, function, here.url(function)):
            name = here.service(function)
            raise Stop(f"{name} is not healthy. Its log: {log_url(here, name)}")
    _check_handshake(here)
    _check_sweep(here)


def check_health(here: Deployment, function: Function, url: str) -> bool:
    """Tell whether a function is well; asked for a while, for roles take their time to be known everywhere."""
    token = "" if function.is_public else identity_token(here)
    if here.terminal.is_dry_run:
        here.cloud.print_command(["curl", "--silent", f"{url}/health"])
        return True
    headers = [f"Authorization: Bearer {token}"] if token else []
    well = (200, *_BEHIND_IAP) if function is DASHBOARD and here.is_behind_iap else (200,)
    tries = PROPAGATION_TRIES if here.cloud.has_granted else TRIES
    answer = _until(here, tries, lambda: fetch(f"{url}/health", headers=headers), lambda got: got.status in well)
    if answer.status in well:
        here.terminal.note(f"{here.service(function)} is healthy")
        return True
    here.terminal.note(f"{url}/health answered: {answer}")
    return False


def identity_token(here: Deployment) -> str:
    """Return a token that process accepts: a person's own; a machine's, which has none, by the queue's account."""
    flags = []
    if here.cloud.account.endswith(".gserviceaccount.com"):
        flags = [f"--impersonate-service-account={here.email('tasks')}", f"--audiences={here.url(PROCESS)}"]
    return str(here.cloud.inspect("auth", "print-identity-token", *flags, form="", in_project=False) or "")


def _check_handshake(here: Deployment) -> None:
    challenge = secrets.token_hex(8)
    if here.terminal.is_dry_run:
        here.terminal.note("the handshake that Meta makes; the address holds VERIFY_TOKEN, so it is not shown")
        here.cloud.print_command(["curl", "--silent", "--config", "-"])
        return
    answer = _handshake(here, challenge)
    if (answer.status, answer.body) != (200, challenge):
        raise Stop(f"The webhook does not answer Meta's handshake as it should: {answer}")
    here.terminal.note("the webhook answers Meta's handshake")


def _handshake(here: Deployment, challenge: str) -> Answer:
    token = here.settings.values["VERIFY_TOKEN"]
    query = urlencode({"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge})
    return fetch(f"{here.url(WEBHOOK)}/?{query}")


def _check_sweep(here: Deployment) -> None:
    """Have Cloud Scheduler call process once: an alert on what never ran would never tell.

    Where its role was given by this run, it is called again for as long as a role takes to be known everywhere.
    """
    name, service = f"{here.prefix}-sweep", here.service(PROCESS)
    for _ in range(PROPAGATION_TRIES // TRIES if here.cloud.has_granted else 1):
        since = "TIME" if here.terminal.is_dry_run else _timestamp(-5)
        if here.terminal.is_dry_run:
            here.terminal.note("the sweep is started once")
        here.cloud.change("scheduler", "jobs", "run", name, here.place)
        wanted = f'jsonPayload.message="sweep" AND timestamp>="{since}"'
        found = _read_log(here, f'resource.labels.service_name="{service}" AND {wanted}', bool)
        if found or here.terminal.is_dry_run:
            break
    else:
        raise Stop(
            f"The sweep was started and left no line in the log of {service}: {log_url(here, service)}\nWhat Cloud"
            f" Scheduler says: gcloud scheduler jobs describe {name} {here.place} --project={here.project}"
        )
    if not here.terminal.is_dry_run:
        here.terminal.note("the sweep runs")


def walk(here: Deployment) -> None:
    """Send a signed event that means nothing the whole way, and take it out of the store again."""
    field, trace = f"deploy_check_{secrets.token_hex(8)}", secrets.token_hex(16)
    token = str(here.cloud.inspect("auth", "print-access-token", form="", in_project=False) or "")
    if here.terminal.is_dry_run:
        for what in ("sends the event to the webhook", "looks for it in the store", "deletes it there"):
            here.terminal.note(f"{what}; it goes with a signature or a token, so it is not shown")
            here.cloud.print_command(["curl", "--silent", "--config", "-"])
        return
    headers = [f"Authorization: Bearer {token}", f"X-Goog-User-Project: {here.project}"]
    answer = _send_event(here, field, trace)
    if answer.status != 200:
        raise Stop(f"The webhook did not take the event: {answer}")
    here.terminal.note(f"webhook:  signed event taken in {answer.seconds:.2f} s")
    begun = time.monotonic()
    found = _until(here, WALK_TRIES, lambda: _find_event(here, field, headers), bool, pause=1)
    if not found:
        raise Stop(
            "The event is not in the store; should it still come, it goes after 30 days, as others do. Is the queue"
            " paused? Its tasks: gcloud tasks list"
            f" --queue={here.queue} {here.place} --project={here.project}\nThe log:"
            f" {log_url(here, here.service(PROCESS))}"
        )
    seen_after = time.monotonic() - begun
    deleted = fetch(f"{STORE}/{found['name']}", headers=headers, method="DELETE")
    if deleted.status != 200:
        raise Stop(f"The event is in the store, but could not be removed ({found['name']}): {deleted}")
    _tell_legs(here, field, trace, str(found["createTime"]), seen_after)
    here.terminal.note("the event was removed again; no customer was reached")


def _send_event(here: Deployment, field: str, trace: str) -> Answer:
    change = {"field": field, "value": {"note": "an event of ./deploy.sh verify, which means nothing"}}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": [change]}]})
    secret = here.settings.values["WHATSAPP_APP_SECRET"].split(",")[0].strip()
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = [
        "Content-Type: application/json",
        f"X-Hub-Signature-256: sha256={signature}",
        f"X-Cloud-Trace-Context: {trace}/1;o=1",
    ]
    return fetch(f"{here.url(WEBHOOK)}/", headers=headers, data=body)


def _find_event(here: Deployment, field: str, headers: list[str]) -> Any:
    is_it = {"field": {"fieldPath": "field"}, "op": "EQUAL", "value": {"stringValue": field}}
    query = {"structuredQuery": {"from": [{"collectionId": "events"}], "where": {"fieldFilter": is_it}}}
    url = f"{STORE}/projects/{here.project}/databases/{here.database}/documents:runQuery"
    answer = fetch(url, headers=[*headers, "Content-Type: application/json"], data=json.dumps(query))
    if answer.status in (401, 403):
        raise Stop(f"{here.cloud.account} may not read the database (role Cloud Datastore User): {answer}")
    rows = answer.document if isinstance(answer.document, list) else []
    return next((row["document"] for row in rows if "document" in row), None)


def _tell_legs(here: Deployment, field: str, trace: str, stored: str, seen_after: float) -> None:
    """Say how long queue and process took, by Google's clocks: those of the log and of the store."""
    ours = f'jsonPayload.field="{field}" OR trace="projects/{here.project}/traces/{trace}"'
    lines = _read_log(here, f"({ours})", lambda found: {"received", "event"} <= _times(found).keys())
    times = _times(lines)
    if {"received", "event"} <= times.keys():
        queue = (times["event"] - times["received"]).total_seconds()
        store = (_moment(stored) - times["event"]).total_seconds()
        here.terminal.note(
            f"queue:    delivered to process after {queue:.2f} s", f"process:  stored after {store:.2f} s"
        )
    else:
        here.terminal.note(
            f"queue and process: stored after at most {seen_after:.1f} s (the log is too late to tell more)"
        )


def _times(lines: Any) -> dict[str, dt.datetime]:
    return {line["jsonPayload"]["message"]: _moment(line["timestamp"]) for line in lines or []}


def _read_log(here: Deployment, wanted: str, is_enough: Callable[[Any], bool]) -> Any:
    def read() -> Any:
        here.cloud.forget()
        return here.cloud.inspect("logging", "read", wanted, *reading(here), "--freshness=10m", "--limit=10")

    return read() if here.terminal.is_dry_run else _until(here, TRIES, read, is_enough)


def _until(
    here: Deployment, tries: int, ask: Callable[[], Any], is_enough: Callable[[Any], bool], pause: float = 10
) -> Any:
    """Ask until the answer is good enough, or often enough; return the last answer."""
    for left in range(tries, 0, -1):
        answer = ask()
        if is_enough(answer) or left == 1:
            break
        time.sleep(min(pause, here.cloud.retry_seconds))
    return answer


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text[:26].rstrip("Z") + "+00:00")


def _timestamp(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
