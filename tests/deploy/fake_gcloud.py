"""A gcloud that keeps a project in memory, and knows the commands that deploy.sh uses.

It answers in the shape of the real services and refuses what they would refuse: a service that is not enabled, an
account that does not exist, a protected database.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

LOOKING = {"describe", "list", "ls", "access", "get-iam-policy", "print-identity-token", "version"}
APIS = {
    "run": "run",
    "tasks": "cloudtasks",
    "scheduler": "cloudscheduler",
    "firestore": "firestore",
    "secrets": "secretmanager",
    "artifacts": "artifactregistry",
    "monitoring": "monitoring",
    "logging": "logging",
    "iam": "iam",
}
Json = dict[str, Any]
Handler = Callable[["Call", Json], Any]


class CloudError(Exception):
    """What gcloud would print before it exits with 1."""


class Call:
    """One command line, taken apart; files are found from the folder it was given in."""

    def __init__(self, arguments: list[str], standard_input: str, folder: Path) -> None:
        self.arguments = arguments
        self.input = standard_input
        self.folder = folder
        self.words: list[str] = []
        self.flags: dict[str, list[str]] = {}
        for argument in arguments:
            if argument.startswith("--"):
                name, _, value = argument[2:].partition("=")
                self.flags.setdefault(name, []).append(value)
            elif argument not in ("alpha", "beta"):
                self.words.append(argument)

    def flag(self, name: str, default: str = "") -> str:
        return self.flags.get(name, [default])[0]

    def pairs(self, name: str) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in self.flag(name).split(",") if pair)

    def file(self, name: str) -> Any:
        return json.loads((self.folder / self.flag(name)).read_text(encoding="utf-8"))

    @property
    def project(self) -> str:
        return self.flag("project") or self.words[-1]

    @property
    def changes(self) -> bool:
        return not LOOKING & set(self.words)


@dataclass
class FakeGcloud:
    """The project's state, what is to go wrong, and every call."""

    state: Json
    fail: dict[str, str] = field(default_factory=dict)
    """Command -> error: refused once, before it takes effect."""
    lose: dict[str, str] = field(default_factory=dict)
    """Command -> error: reported once, after it took effect."""
    slow_apis: dict[str, int] = field(default_factory=dict)
    """Service -> how many calls fail after it was enabled."""
    calls: list[Call] = field(default_factory=list)

    def run(self, arguments: list[str], standard_input: str, folder: Path) -> tuple[int, str]:
        """Carry out a command; return its exit code, and its output or error."""
        call = Call(arguments, standard_input, folder)
        self.calls.append(call)
        name, handler = _find(call.words)
        try:
            if name in self.fail:
                raise CloudError(self.fail.pop(name))
            self._require_api(call)
            answer = handler(call, self.state)
            if name in self.lose:
                raise CloudError(self.lose.pop(name))
        except CloudError as error:
            return 1, f"ERROR: (gcloud.{name.replace(' ', '.')}) {error}\n"
        return 0, "" if answer is None else _formatted(answer, call.flag("format")) + "\n"

    def _require_api(self, call: Call) -> None:
        if call.words[0] not in APIS:
            return
        api = f"{APIS[call.words[0]]}.googleapis.com"
        enabled, waiting = api in self.state["apis"], self.slow_apis.get(api, 0)
        if enabled and waiting:
            self.slow_apis[api] -= 1
        if not enabled or waiting:
            raise CloudError(
                f"PERMISSION_DENIED: {api} has not been used in project {self.state['number']} before or it is "
                "disabled. reason: SERVICE_DISABLED"
            )


def _find(words: list[str]) -> tuple[str, Handler]:
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if name in HANDLERS:
            return name, HANDLERS[name]
    raise AssertionError(f"the fake gcloud does not know: {' '.join(words)}")


def _formatted(answer: Any, form: str) -> str:
    if isinstance(answer, str):
        return answer
    if form.startswith("value("):
        path = form[6:-1].split(".")
        lines = answer if isinstance(answer, list) else [answer]
        return "\n".join(str(_dig(line, path)) for line in lines)
    return json.dumps(answer, indent=2)


def _dig(value: Any, path: list[str]) -> Any:
    for part in path:
        value = value[part]
    return value


def _missing(what: str) -> NoReturn:
    raise CloudError(f"NOT_FOUND: {what} does not exist.")


def _get(state: Json, kind: str, name: str) -> Any:
    if name not in state[kind]:
        _missing(f"{kind} {name}")
    return state[kind][name]


def _add(state: Json, kind: str, name: str, value: Any) -> None:
    if name in state[kind]:
        raise CloudError(f"ALREADY_EXISTS: {kind} {name} already exists.")
    state[kind][name] = value


def _delete(kind: str) -> Handler:
    def handler(call: Call, state: Json) -> None:
        name = call.words[-1]
        _get(state, kind, name)
        del state[kind][name]
        state["policies"].pop(f"{kind}/{name}", None)

    return handler


def _describe(kind: str, flag: str = "") -> Handler:
    return lambda call, state: _get(state, kind, call.flag(flag) if flag else call.words[-1])


def _list(kind: str) -> Handler:
    return lambda _call, state: list(state[kind].values())


# The project


def describe_project(call: Call, state: Json) -> Json:
    if call.words[-1] != state["project"]:
        raise CloudError("PERMISSION_DENIED: The caller does not have permission (or the project does not exist)")
    return {"projectId": state["project"], "projectNumber": state["number"], "lifecycleState": "ACTIVE"}


def describe_billing(_call: Call, state: Json) -> Json:
    return {"billingEnabled": bool(state["billing"]), "billingAccountName": f"billingAccounts/{state['billing']}"}


def list_accounts(_call: Call, state: Json) -> list[Json]:
    return [{"account": state["login"]}] if state["login"] else []


def enable(call: Call, state: Json) -> None:
    state["apis"] = sorted({*state["apis"], *call.words[2:]})


def list_apis(_call: Call, state: Json) -> list[Json]:
    return [{"config": {"name": name}} for name in state["apis"]]


# Roles


def _resource(call: Call, state: Json) -> str:
    *command, _verb, name = call.words
    kinds = {"queues": "queues", "services": "services", "secrets": "secrets", "service-accounts": "accounts"}
    kind = kinds.get(command[-1], "")
    if kind:
        _get(state, kind, name)
    return f"{kind or 'project'}/{name}"


def get_policy(call: Call, state: Json) -> Json:
    return {"bindings": state["policies"].get(_resource(call, state), []), "version": 3, "etag": "x"}


def _binding(call: Call) -> Json:
    binding: Json = {"role": call.flag("role"), "members": [call.flag("member")]}
    condition = call.flag("condition")
    if condition and condition != "None":
        expression, _, title = condition.removeprefix("expression=").rpartition(",title=")
        binding["condition"] = {"expression": expression, "title": title}
    return binding


def add_binding(call: Call, state: Json) -> Json:
    member = call.flag("member")
    if member.startswith("serviceAccount:") and member.partition(":")[2] not in state["accounts"]:
        raise CloudError(f"INVALID_ARGUMENT: Service account {member.partition(':')[2]} does not exist.")
    bindings = state["policies"].setdefault(_resource(call, state), [])
    if _binding(call) not in bindings:
        bindings.append(_binding(call))
    return {"bindings": bindings}


def remove_binding(call: Call, state: Json) -> None:
    bindings = state["policies"].get(_resource(call, state), [])
    if _binding(call) not in bindings:
        _missing("Policy binding")
    bindings.remove(_binding(call))


def create_account(call: Call, state: Json) -> None:
    email = f"{call.words[-1]}@{state['project']}.iam.gserviceaccount.com"
    _add(state, "accounts", email, {"email": email, "description": call.flag("description")})


# Firestore


def create_database(call: Call, state: Json) -> None:
    name = call.flag("database")
    protected = "DELETE_PROTECTION_ENABLED" if "delete-protection" in call.flags else "DELETE_PROTECTION_DISABLED"
    database = {"type": "FIRESTORE_NATIVE", "locationId": call.flag("location"), "deleteProtectionState": protected}
    _add(state, "databases", name, {"name": f"projects/{call.project}/databases/{name}", **database})


def update_database(call: Call, state: Json) -> None:
    database = _get(state, "databases", call.flag("database"))
    on = "delete-protection" in call.flags
    database["deleteProtectionState"] = f"DELETE_PROTECTION_{'ENABLED' if on else 'DISABLED'}"


def delete_database(call: Call, state: Json) -> None:
    name = call.flag("database")
    if _get(state, "databases", name)["deleteProtectionState"] == "DELETE_PROTECTION_ENABLED":
        raise CloudError("FAILED_PRECONDITION: The database is protected from deletion.")
    del state["databases"][name]
    for kind in ("backup_schedules", "indexes", "exemptions", "expiries"):
        state[kind].pop(name, None)


def _of_database(kind: str) -> Handler:
    def handler(call: Call, state: Json) -> list[Json]:
        _get(state, "databases", call.flag("database"))
        return list(state[kind].get(call.flag("database"), []))

    return handler


def create_schedule(call: Call, state: Json) -> None:
    schedule = {"name": "schedule", "retention": call.flag("retention"), "dailyRecurrence": {}}
    state["backup_schedules"].setdefault(call.flag("database"), []).append(schedule)
    name = f"projects/{state['project']}/databases/{call.flag('database')}"
    number = len(state["backups"])
    state["backups"][str(number)] = {"name": f"projects/p/locations/l/backups/first-{number}", "database": name}


def create_index(call: Call, state: Json) -> None:
    words = {"ascending": "ASCENDING", "descending": "DESCENDING", "contains": "CONTAINS"}
    fields = []
    for text in call.flags["field-config"]:
        parts = dict(pair.split("=", 1) for pair in text.split(","))
        field = {"fieldPath": parts["field-path"]}
        field |= {"order": words[parts["order"]]} if "order" in parts else {"arrayConfig": "CONTAINS"}
        fields.append(field)
    fields.append({"fieldPath": "__name__", "order": fields[-1].get("order", "ASCENDING")})
    database = call.flag("database")
    indexes = state["indexes"].setdefault(database, [])
    group = f"projects/p/databases/{database}/collectionGroups/{call.flag('collection-group')}/indexes"
    if any(index["fields"] == fields and index["name"].startswith(group) for index in indexes):
        raise CloudError("ALREADY_EXISTS: index already exists")
    indexes.append(
        {"name": f"{group}/{len(indexes)}", "fields": fields, "queryScope": "COLLECTION", "state": "CREATING"}
    )


def enable_expiry(call: Call, state: Json) -> None:
    group, database = call.flag("collection-group"), call.flag("database")
    name = f"projects/p/databases/{database}/collectionGroups/{group}/fields/{call.words[-1]}"
    state["expiries"].setdefault(database, []).append({"name": name, "ttlConfig": {"state": "CREATING"}})


def exempt_field(call: Call, state: Json) -> None:
    group, database = call.flag("collection-group"), call.flag("database")
    name = f"projects/p/databases/{database}/collectionGroups/{group}/fields/{call.words[-1]}"
    state["exemptions"].setdefault(database, []).append({"name": name, "indexConfig": {}})


def delete_backup(call: Call, state: Json) -> None:
    for key, backup in list(state["backups"].items()):
        if backup["name"].endswith("/" + call.flag("backup")):
            del state["backups"][key]
            return
    _missing("backup")


# Secrets


def create_secret(call: Call, state: Json) -> None:
    secret = {"labels": call.pairs("labels"), "annotations": call.pairs("set-annotations"), "versions": []}
    _add(state, "secrets", call.words[-1], secret)


def describe_secret(call: Call, state: Json) -> Json:
    secret = _get(state, "secrets", call.words[-1])
    return {key: secret[key] for key in ("labels", "annotations")}


def update_secret(call: Call, state: Json) -> None:
    _get(state, "secrets", call.words[-1])["annotations"] |= call.pairs("update-annotations")


def add_version(call: Call, state: Json) -> None:
    value = call.input
    if call.flag("data-file") != "-" or not value:
        raise CloudError("INVALID_ARGUMENT: the secret has no value")
    _get(state, "secrets", call.words[-1])["versions"].append(value)


def _versions(call: Call, state: Json) -> list[str]:
    versions: list[str] = _get(state, "secrets", call.flag("secret"))["versions"]
    if not versions:
        _missing("secret version latest")
    return versions


def access_version(call: Call, state: Json) -> str:
    return _versions(call, state)[-1]


def describe_version(call: Call, state: Json) -> Json:
    return {"name": f"projects/1/secrets/{call.flag('secret')}/versions/{len(_versions(call, state))}"}


# The queue and the sweep


def write_queue(call: Call, state: Json) -> None:
    name = call.words[-1]
    attempts = call.flag("max-attempts")
    queue = {
        "name": name,
        "state": "RUNNING",
        "rateLimits": {
            "maxDispatchesPerSecond": float(call.flag("max-dispatches-per-second")),
            "maxConcurrentDispatches": int(call.flag("max-concurrent-dispatches")),
            "maxBurstSize": 100,
        },
        "retryConfig": {
            "maxAttempts": -1 if attempts == "unlimited" else int(attempts),
            "maxRetryDuration": call.flag("max-retry-duration"),
            "minBackoff": call.flag("min-backoff"),
            "maxBackoff": call.flag("max-backoff"),
            "maxDoublings": int(call.flag("max-doublings")),
        },
    }
    if "update" in call.words:
        _get(state, "queues", name)
        state["queues"][name] = queue
    else:
        _add(state, "queues", name, queue)


def write_job(call: Call, state: Json) -> None:
    name = call.words[-1]
    if call.flag("oidc-service-account-email") not in state["accounts"]:
        _missing("the account of the job")
    job = {
        "name": name,
        "state": "ENABLED",
        "schedule": call.flag("schedule"),
        "timeZone": call.flag("time-zone"),
        "attemptDeadline": call.flag("attempt-deadline"),
        "description": call.flag("description"),
        "httpTarget": {
            "uri": call.flag("uri"),
            "httpMethod": call.flag("http-method"),
            "body": base64.b64encode(call.flag("message-body").encode()).decode(),
            "oidcToken": {
                "serviceAccountEmail": call.flag("oidc-service-account-email"),
                "audience": call.flag("oidc-token-audience"),
            },
        },
    }
    if "update" in call.words:
        _get(state, "jobs", name)
        state["jobs"][name] = job
    else:
        _add(state, "jobs", name, job)


# Functions


def create_repository(call: Call, state: Json) -> None:
    _add(state, "repositories", call.words[-1], {"name": call.words[-1], "labels": call.pairs("labels")})


def set_cleanup(call: Call, state: Json) -> None:
    rules = call.file("policy")
    repository = _get(state, "repositories", call.words[-1])
    repository["cleanupPolicies"] = {rule["name"]: {"id": rule["name"]} for rule in rules}


def deploy_service(call: Call, state: Json) -> None:
    name = call.words[-1]
    source = call.folder / call.flag("source")
    for file in ("main.py", "requirements.txt", "shared/settings.py"):
        if not (source / file).exists():
            raise CloudError(f"the build failed: {file} is not in the source")
    build = call.flag("build-service-account").rpartition("/")[2]
    for email in (call.flag("service-account"), build):
        _get(state, "accounts", email)
    _get(state, "repositories", call.flag("image").rpartition("/")[2])
    secrets = call.pairs("set-secrets")
    for reference in secrets.values():
        secret, _, version = reference.partition(":")
        if not 1 <= int(version) <= len(_get(state, "secrets", secret)["versions"]):
            _missing(f"secret {reference}")
    service = state["services"].get(name)
    if service is None and "no-traffic" in call.flags:
        raise CloudError("--no-traffic cannot be used with a new service")
    _write_service(call, state, name, service, secrets)
    bindings = state["policies"].setdefault(f"services/{name}", [])
    public = {"role": "roles/run.invoker", "members": ["allUsers"]}
    if "allow-unauthenticated" in call.flags and public not in bindings:
        bindings.append(public)


def _write_service(call: Call, state: Json, name: str, old: Json | None, secrets: dict[str, str]) -> None:
    number = len(state["revisions"]) + 1
    revision = f"{name}-{number:05d}-abc"
    labels = call.pairs("labels")
    variables = call.file("env-vars-file")
    environment: list[Json] = [{"name": key, "value": value} for key, value in variables.items()]
    for key, reference in secrets.items():
        secret, _, version = reference.partition(":")
        environment.append({"name": key, "valueFrom": {"secretKeyRef": {"name": secret, "key": version}}})
    boost = {"run.googleapis.com/startup-cpu-boost": "true"} if "cpu-boost" in call.flags else {}
    limits = {"cpu": f"{call.flag('cpu')}000m", "memory": call.flag("memory")}
    url = f"https://{name}-{state['number']}.{call.flag('region')}.run.app"
    traffic: list[Json] = [{"latestRevision": True, "percent": 100, "revisionName": revision}]
    if old and "no-traffic" in call.flags:
        traffic = [item for item in old["status"]["traffic"] if item.get("percent")]
        traffic = [{"revisionName": item["revisionName"], "percent": 100} for item in traffic]
        tag = call.flag("tag")
        traffic.append({"revisionName": revision, "tag": tag, "url": url.replace("https://", f"https://{tag}---")})
    if name not in state["sources"]:
        state["sources"].append(name)
    state["services"][name] = {
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {
                "run.googleapis.com/ingress": call.flag("ingress"),
                "run.googleapis.com/minScale": call.flag("min"),
            },
        },
        "spec": {
            "template": {
                "metadata": {
                    "labels": labels,
                    "annotations": {"autoscaling.knative.dev/maxScale": call.flag("max-instances"), **boost},
                },
                "spec": {
                    "serviceAccountName": call.flag("service-account"),
                    "containerConcurrency": int(call.flag("concurrency")),
                    "timeoutSeconds": int(call.flag("timeout")),
                    "containers": [{"env": environment, "resources": {"limits": limits}}],
                },
            }
        },
        "status": {
            "url": url,
            "traffic": traffic,
            "latestCreatedRevisionName": revision,
            "latestReadyRevisionName": revision,
        },
    }
    state["revisions"][revision] = {
        "metadata": {
            "name": revision,
            "labels": {**labels, "serving.knative.dev/service": name},
            "creationTimestamp": f"2026-11-22T10:00:{number:02d}Z",
        },
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }


def list_revisions(call: Call, state: Json) -> list[Json]:
    service = call.flag("service")
    found = state["revisions"].values()
    return [item for item in found if item["metadata"]["labels"]["serving.knative.dev/service"] == service]


def update_traffic(call: Call, state: Json) -> None:
    status = _get(state, "services", call.words[-1])["status"]
    tagged = [{**item, "percent": 0} for item in status["traffic"] if item.get("tag")]
    if "to-latest" in call.flags:
        target = {"revisionName": status["latestCreatedRevisionName"], "latestRevision": True, "percent": 100}
    else:
        revision = call.flag("to-revisions").removesuffix("=100")
        _get(state, "revisions", revision)
        target = {"revisionName": revision, "percent": 100}
    status["traffic"] = [target, *tagged]


def list_sources(call: Call, state: Json) -> str:
    name = call.words[-1].split("/")[4]
    if name not in state["sources"]:
        raise CloudError("One or more URLs matched no objects.")
    return "gs://bucket/source.zip"


# Monitoring


def write_metric(call: Call, state: Json) -> None:
    name = call.words[-1]
    metric = {"name": name, "description": call.flag("description"), "filter": call.flag("log-filter")}
    if "update" in call.words:
        _get(state, "metrics", name)
        state["metrics"][name] = metric
    else:
        _add(state, "metrics", name, metric)


def create_channel(call: Call, state: Json) -> None:
    name = f"projects/{state['project']}/notificationChannels/{len(state['channels']) + 1}"
    labels = {"labels": call.pairs("channel-labels"), "userLabels": call.pairs("user-labels")}
    _add(state, "channels", name, {"name": name, "type": "email", **labels})


def write_policy(call: Call, state: Json) -> None:
    policy = call.file("policy-from-file")
    for channel in policy["notificationChannels"]:
        _get(state, "channels", channel)
    name = f"projects/{state['project']}/alertPolicies/{len(state['alerts']) + 1}"
    if "update" in call.words:
        name = call.words[-1]
        _get(state, "alerts", name)
    for number, condition in enumerate(policy["conditions"]):
        threshold = condition.get("conditionThreshold", condition.get("conditionAbsent"))
        metric = threshold["filter"].rpartition("logging.googleapis.com/user/")[2].strip('"')
        if "logging.googleapis.com/user/" in threshold["filter"] and metric not in state["metrics"]:
            _missing(f"Cannot find metric that matches type {metric}; it")
        condition["name"] = f"{name}/conditions/{number}"
        if threshold.get("thresholdValue") == 0:
            del threshold["thresholdValue"]  # as the service does with whatever is zero
    state["alerts"][name] = {"name": name, **policy}


def write_dashboard(call: Call, state: Json) -> None:
    dashboard = call.file("config-from-file")
    name = f"projects/1/dashboards/{len(state['dashboards']) + 1}"
    version = 1
    if "update" in call.words:
        name = call.words[-1]
        version = int(_get(state, "dashboards", name)["etag"]) + 1
        if dashboard.get("etag") != state["dashboards"][name]["etag"]:
            raise CloudError("ABORTED: the etag is not the current one")
    state["dashboards"][name] = {**dashboard, "name": name, "etag": str(version)}


def create_budget(call: Call, state: Json) -> None:
    _get(state, "channels", call.flag("notifications-rule-monitoring-notification-channels"))
    name = f"billingAccounts/{state['billing']}/budgets/{len(state['budgets']) + 1}"
    _add(state, "budgets", name, {"name": name, "displayName": call.flag("display-name")})


def list_budgets(call: Call, state: Json) -> list[Json]:
    if not state["may_see_billing"]:
        raise CloudError("PERMISSION_DENIED: The caller does not have permission")
    return list(state["budgets"].values())


HANDLERS: dict[str, Handler] = {
    "version": lambda _call, _state: {"Google Cloud SDK": "528.0.0", "alpha": "2025.06.20", "beta": "2025.06.20"},
    "auth list": list_accounts,
    "auth print-identity-token": lambda _call, _state: "identity-token",
    "projects describe": describe_project,
    "billing projects describe": describe_billing,
    "services enable": enable,
    "services list": list_apis,
    "projects get-iam-policy": get_policy,
    "projects add-iam-policy-binding": add_binding,
    "projects remove-iam-policy-binding": remove_binding,
    "iam service-accounts create": create_account,
    "iam service-accounts describe": _describe("accounts"),
    "iam service-accounts delete": _delete("accounts"),
    "iam service-accounts get-iam-policy": get_policy,
    "iam service-accounts add-iam-policy-binding": add_binding,
    "firestore databases create": create_database,
    "firestore databases describe": _describe("databases", "database"),
    "firestore databases update": update_database,
    "firestore databases delete": delete_database,
    "firestore backups schedules list": _of_database("backup_schedules"),
    "firestore backups schedules create": create_schedule,
    "firestore backups list": _list("backups"),
    "firestore backups delete": delete_backup,
    "firestore indexes composite list": _of_database("indexes"),
    "firestore indexes composite create": create_index,
    "firestore indexes fields list": _of_database("exemptions"),
    "firestore indexes fields update": exempt_field,
    "firestore fields ttls list": _of_database("expiries"),
    "firestore fields ttls update": enable_expiry,
    "secrets create": create_secret,
    "secrets describe": describe_secret,
    "secrets update": update_secret,
    "secrets delete": _delete("secrets"),
    "secrets get-iam-policy": get_policy,
    "secrets add-iam-policy-binding": add_binding,
    "secrets versions add": add_version,
    "secrets versions access latest": access_version,
    "secrets versions describe latest": describe_version,
    "tasks queues create": write_queue,
    "tasks queues update": write_queue,
    "tasks queues describe": _describe("queues"),
    "tasks queues delete": _delete("queues"),
    "tasks queues get-iam-policy": get_policy,
    "tasks queues add-iam-policy-binding": add_binding,
    "scheduler jobs create http": write_job,
    "scheduler jobs update http": write_job,
    "scheduler jobs describe": _describe("jobs"),
    "scheduler jobs delete": _delete("jobs"),
    "artifacts repositories create": create_repository,
    "artifacts repositories describe": _describe("repositories"),
    "artifacts repositories delete": _delete("repositories"),
    "artifacts repositories set-cleanup-policies": set_cleanup,
    "run deploy": deploy_service,
    "run services describe": _describe("services"),
    "run services delete": _delete("services"),
    "run services get-iam-policy": get_policy,
    "run services add-iam-policy-binding": add_binding,
    "run services update-traffic": update_traffic,
    "run revisions list": list_revisions,
    "storage ls": list_sources,
    "storage rm": lambda call, state: state["sources"].remove(call.words[-1].rpartition("/")[2]),
    "logging metrics create": write_metric,
    "logging metrics update": write_metric,
    "logging metrics describe": _describe("metrics"),
    "logging metrics delete": _delete("metrics"),
    "monitoring channels create": create_channel,
    "monitoring channels list": _list("channels"),
    "monitoring channels delete": _delete("channels"),
    "monitoring policies create": write_policy,
    "monitoring policies update": write_policy,
    "monitoring policies list": _list("alerts"),
    "monitoring policies delete": _delete("alerts"),
    "monitoring dashboards create": write_dashboard,
    "monitoring dashboards update": write_dashboard,
    "monitoring dashboards list": _list("dashboards"),
    "monitoring dashboards delete": _delete("dashboards"),
    "billing budgets create": create_budget,
    "billing budgets list": list_budgets,
    "billing budgets delete": _delete("budgets"),
}
