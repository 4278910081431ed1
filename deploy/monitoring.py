"""The sweep, and what tells people that something is wrong: metrics, alerts, a dashboard, a budget.

What is watched stands in metrics.yaml, alerts.yaml and dashboard.yaml, in Cloud Monitoring's own words, with the
names of this deployment in place of ${…}.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

import yaml

from deploy.catalogue import FUNCTIONS, PROCESS, PRODUCT, SWEEP_BODY, SWEEP_SCHEDULE
from deploy.deployment import Deployment
from deploy.documents import Json, item_with, value_at
from deploy.gcloud import Command
from deploy.logs import logs
from deploy.resource import Resource, named
from deploy.terminal import Stop

HERE = Path(__file__).parent
POLICIES: Command = ("alpha", "monitoring", "policies")
CHANNELS: Command = ("beta", "monitoring", "channels")
DASHBOARDS: Command = ("monitoring", "dashboards")
NO_CHANNEL = "CHANNEL"


def monitoring(here: Deployment) -> Iterator[Resource]:
    """Watch this deployment."""
    yield the_sweep(here)
    yield from logs(here)
    names = names_of(here)
    for metric, document in metrics(names).items():
        yield _metric(here, metric, document)
    yield _channel(here, here.settings.deploy.alert_email)
    names = names | {"channel": _channel_name(here)}
    yield from _policies(here, alerts(names))
    yield _dashboard(here, watched("dashboard", names))
    yield from the_budget(here)
    yield from _other_channels(here)


def names_of(here: Deployment) -> dict[str, str]:
    """Return what stands for ${…} in the YAML files."""
    services = [here.service(function) for function in FUNCTIONS]
    return {
        "prefix": here.prefix,
        "project": here.project,
        "product": PRODUCT,
        "queue": here.queue,
        "channel": NO_CHANNEL,
        "busy_instances": str(here.most_instances(PROCESS) - 1),
        "any_service": " OR ".join(f'"{name}"' for name in services),
        "one_of_services": ", ".join(f'"{name}"' for name in services),
    }


def watched(file: str, names: dict[str, str]) -> Json:
    """Read one of the YAML files, with the names filled in; what begins with a dot there is only referred to."""
    text = (HERE / f"{file}.yaml").read_text(encoding="utf-8")
    document: Json = yaml.safe_load(Template(text).substitute(names))
    return {key: value for key, value in document.items() if not key.startswith(".")}


def metrics(names: dict[str, str]) -> Json:
    """Return the log-based metrics; they count lines of our functions, where metrics.yaml says nothing else."""
    ours = f'resource.type="cloud_run_revision" AND resource.labels.service_name=({names["any_service"]})'
    found = {}
    for name, document in watched("metrics", names).items():
        resource = document.pop("resource", ours)
        found[name] = document | {"filter": f"{resource} AND {document['filter']}"}
    return found


def alerts(names: dict[str, str]) -> Json:
    """Return the alert policies, each with the section of docs/operations.md that tells what to do."""
    return {key: policy | {"documentation": _help(key)} for key, policy in watched("alerts", names).items()}


def _help(section: str) -> Json:
    content = f"What to do: docs/operations.md, section `{section}`."
    return {"content": content, "mimeType": "text/markdown"}


def the_sweep(here: Deployment) -> Resource:
    """Describe the job that calls process every five minutes."""
    name, url, deadline = f"{here.prefix}-sweep", here.url(PROCESS), f"{here.settings.task_deadline}s"

    def command(action: str, headers: str) -> Command:
        return (
            *("scheduler", "jobs", action, "http", name, here.place, f"--schedule={SWEEP_SCHEDULE}"),
            *(
                "--time-zone=Etc/UTC",
                f"--uri={url}/",
                "--http-method=POST",
                f"{headers}=Content-Type=application/json",
            ),
            *(f"--message-body={SWEEP_BODY}", f"--oidc-service-account-email={here.email('scheduler')}"),
            *(f"--oidc-token-audience={url}", f"--attempt-deadline={deadline}", "--max-retry-attempts=1"),
            f"--description={here.mark}: finds work that nobody is doing",
        )

    return Resource(
        f"scheduler job {name}",
        ("scheduler", "jobs", "describe", name, here.place),
        make=lambda _: [command("create", "--headers")],
        mend=lambda _: [command("update", "--update-headers")],
        remove=lambda _: [("scheduler", "jobs", "delete", name, here.place)],
        wanted={
            "schedule": SWEEP_SCHEDULE,
            "timeZone": "Etc/UTC",
            "attemptDeadline": deadline,
            "state": "ENABLED",
            "httpTarget": {
                "uri": f"{url}/",
                "httpMethod": "POST",
                "body": base64.b64encode(SWEEP_BODY.encode()).decode(),
                "oidcToken": {"serviceAccountEmail": here.email("scheduler"), "audience": url},
            },
        },
        ours=("description", here.mark),
    )


def _metric(here: Deployment, name: str, document: Json) -> Resource:
    flags, full = (f"--config-from-file={_written(here, f'metric-{name}', document)}",), f"{here.prefix}-{name}"
    group, ours, title = ("logging", "metrics"), ("description", here.mark), f"log-based metric {full}"
    return named(title, group, full, create=flags, update=flags, wanted=document, ours=ours)


def _channel(here: Deployment, email: str) -> Resource:
    labels = (f"--channel-labels=email_address={email}", f"--user-labels={here.labels}")
    create = (*CHANNELS, "create", "--type=email", f"--display-name={here.prefix} alerts", *labels)
    return Resource(
        f"alerts are sent to {email}",
        (*CHANNELS, "list"),
        find=lambda items: item_with(_ours(here, items), "labels.email_address", email),
        make=lambda _: [create],
        remove=lambda found: [(*CHANNELS, "delete", _name(found, NO_CHANNEL), "--force")],
    )


def _other_channels(here: Deployment) -> Iterator[Resource]:
    """Remove the addresses that alerts were sent to before, when no alert names them any more."""
    for channel in _ours(here, here.cloud.inspect(*CHANNELS, "list")):
        email = str(value_at(channel, "labels.email_address"))
        if email != here.settings.deploy.alert_email:
            yield replace(_channel(here, email), is_gone=True)


def _channel_name(here: Deployment) -> str:
    channels = _ours(here, here.cloud.inspect(*CHANNELS, "list"))
    return _name(item_with(channels, "labels.email_address", here.settings.deploy.alert_email), NO_CHANNEL)


def _policies(here: Deployment, wanted: Json) -> Iterator[Resource]:
    """Make and mend what alerts.yaml names; remove what an older release made and this one does not know."""
    for key, policy in wanted.items():
        yield _policy(here, key, policy)
    titles = {policy["displayName"] for policy in wanted.values()}
    for policy in _ours(here, here.cloud.inspect(*POLICIES, "list")):
        if policy["displayName"] not in titles:
            yield replace(_policy(here, "", policy), is_gone=True)


def _policy(here: Deployment, key: str, policy: Json) -> Resource:
    config = _written(here, f"alert-{key}", policy) if key else ""
    title = policy["displayName"]
    return Resource(
        f"alert {title}",
        (*POLICIES, "list"),
        find=lambda items: item_with(_ours(here, items), "displayName", title),
        make=lambda _: [(*POLICIES, "create", f"--policy-from-file={config}")],
        mend=lambda found: [(*POLICIES, "update", _name(found, "POLICY"), f"--policy-from-file={config}")],
        remove=lambda found: [(*POLICIES, "delete", _name(found, "POLICY"))],
        wanted=policy,
        is_shared=True,
    )


def _dashboard(here: Deployment, wanted: Json) -> Resource:
    config = _written(here, "dashboard", wanted)

    def mend(found: Json) -> list[Command]:
        # The service refuses an update that does not name the version it replaces.
        changed = _written(here, "dashboard-update", wanted | {"etag": found["etag"]})
        return [(*DASHBOARDS, "update", found["name"], f"--config-from-file={changed}")]

    return Resource(
        f"dashboard {wanted['displayName']}",
        (*DASHBOARDS, "list"),
        find=lambda items: item_with(items, "displayName", wanted["displayName"]),
        make=lambda _: [(*DASHBOARDS, "create", f"--config-from-file={config}")],
        mend=mend,
        remove=lambda found: [(*DASHBOARDS, "delete", _name(found, "DASHBOARD"))],
        wanted=wanted,
    )


def the_budget(here: Deployment) -> Iterator[Resource]:
    """Warn of a month that costs more. Many who may deploy may not see the billing account; that stops nobody."""
    account = f"--billing-account={here.billing}"
    look = ("billing", "budgets", "list", account)
    try:
        here.cloud.inspect(*look)
    except Stop:
        who = f"{here.cloud.account} may not see the billing account {here.billing}"
        here.terminal.note(f"no budget: {who} (docs/deploy.md tells who can make one)")
        return
    title = f"{PRODUCT} {here.prefix} {here.project}"
    create = (
        *("billing", "budgets", "create", account, f"--display-name={title}"),
        f"--budget-amount={here.settings.deploy.monthly_budget}",
        f"--filter-projects=projects/{here.number}",
        *("--threshold-rule=percent=0.5", "--threshold-rule=percent=0.9"),
        "--threshold-rule=percent=1.0,basis=forecasted-spend",
    )
    flag = "--notifications-rule-monitoring-notification-channels"
    amount, channel = str(here.settings.deploy.monthly_budget), _channel_name(here)
    yield Resource(
        f"budget of {here.settings.deploy.monthly_budget} a month",
        look,
        find=lambda items: item_with(items, "displayName", title),
        make=lambda _: [(*create, f"{flag}={channel}")],
        mend=lambda found: [
            ("billing", "budgets", "update", found["name"], f"--budget-amount={amount}", f"{flag}={channel}")
        ],
        wanted={
            "amount": {"specifiedAmount": {"units": amount}},
            "notificationsRule": {"monitoringNotificationChannels": [channel]},
        },
        remove=lambda found: [("billing", "budgets", "delete", _name(found, "BUDGET"))],
    )


def _ours(here: Deployment, items: Any) -> list[Json]:
    return [item for item in items or [] if value_at(item, "userLabels.deployment") == here.prefix]


def _name(found: Json | None, otherwise: str) -> str:
    return str(found["name"]) if found else otherwise


def _written(here: Deployment, name: str, document: Json) -> Path:
    """Write a file for gcloud."""
    here.folder.mkdir(parents=True, exist_ok=True)
    path = here.folder / f"{name}.json"
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
