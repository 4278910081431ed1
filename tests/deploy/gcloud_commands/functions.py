"""The functions, and what calls them: the queue and the sweep's job."""

import base64

from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json
from tests.deploy.gcloud_commands.project import add_binding, get_policy, remove_binding, require_no_everyone
from tests.deploy.gcloud_commands.state import add, delete, describe, get, missing

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
        get(state, "queues", name)
        state["queues"][name] = queue
    else:
        add(state, "queues", name, queue)


def write_job(call: Call, state: Json) -> None:
    name = call.words[-1]
    if call.flag("oidc-service-account-email") not in state["accounts"]:
        missing("the account of the job")
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
        get(state, "jobs", name)
        state["jobs"][name] = job
    else:
        add(state, "jobs", name, job)


# Functions


def create_repository(call: Call, state: Json) -> None:
    add(state, "repositories", call.words[-1], {"name": call.words[-1], "labels": call.pairs("labels")})


def set_cleanup(call: Call, state: Json) -> None:
    rules = call.file("policy")
    repository = get(state, "repositories", call.words[-1])
    repository["cleanupPolicies"] = {rule["name"]: {"id": rule["name"]} for rule in rules}


def deploy_service(call: Call, state: Json) -> None:
    name = call.words[-1]
    source = call.folder / call.flag("source")
    for file in ("main.py", "requirements.txt", "shared/settings.py"):
        if not (source / file).exists():
            raise CloudError(f"the build failed: {file} is not in the source")
    build = call.flag("build-service-account").rpartition("/")[2]
    for email in (call.flag("service-account"), build):
        get(state, "accounts", email)
    get(state, "repositories", call.flag("image").rpartition("/")[2])
    secrets = call.pairs("set-secrets")
    for reference in secrets.values():
        secret, _, version = reference.partition(":")
        if not 1 <= int(version) <= len(get(state, "secrets", secret)["versions"]):
            missing(f"secret {reference}")
    service = state["services"].get(name)
    if service is None and "no-traffic" in call.flags:
        raise CloudError("--no-traffic cannot be used with a new service")
    _write_service(call, state, name, service, secrets)
    state["policies"].setdefault(f"services/{name}", [])
    if "allow-unauthenticated" in call.flags:
        require_no_everyone("allUsers")


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
    access = {}
    if "no-invoker-iam-check" in call.flags:
        access["run.googleapis.com/invoker-iam-disabled"] = "true"
    if "iap" in call.flags:
        access["run.googleapis.com/iap-enabled"] = "true"
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
                **access,
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
    status = get(state, "services", call.words[-1])["status"]
    tagged = [{**item, "percent": 0} for item in status["traffic"] if item.get("tag")]
    if "to-latest" in call.flags:
        target = {"revisionName": status["latestCreatedRevisionName"], "latestRevision": True, "percent": 100}
    else:
        revision = call.flag("to-revisions").removesuffix("=100")
        get(state, "revisions", revision)
        target = {"revisionName": revision, "percent": 100}
    status["traffic"] = [target, *tagged]


def run_job(call: Call, state: Json) -> None:
    """The sweep runs at once, if its account may call process, and leaves its line in the log."""
    job = get(state, "jobs", call.words[-1])
    account = job["httpTarget"]["oidcToken"]["serviceAccountEmail"]
    service = call.words[-1].replace("-sweep", "-process")
    invokers = [
        member for binding in state["policies"].get(f"services/{service}", []) for member in binding["members"]
    ]
    if state["mute_sweeps"]:
        state["mute_sweeps"] -= 1
    elif f"serviceAccount:{account}" in invokers:
        state["lines"].append({"jsonPayload": {"message": "sweep"}, "timestamp": "2026-11-28T10:00:00Z"})


def read_log(call: Call, state: Json) -> list[Json]:
    """Find the lines whose message or field the filter names."""
    wanted = call.words[-1]
    return [
        line
        for line in state["lines"]
        if any(f'"{line["jsonPayload"].get(name, "?")}"' in wanted for name in ("message", "field", "trace"))
    ]


def list_sources(call: Call, state: Json) -> str:
    name = call.words[-1].split("/")[4]
    if name not in state["sources"]:
        raise CloudError("One or more URLs matched no objects.")
    return "gs://bucket/source.zip"


COMMANDS: dict[str, Handler] = {
    "tasks queues create": write_queue,
    "tasks queues update": write_queue,
    "tasks queues describe": describe("queues"),
    "tasks queues delete": delete("queues"),
    "tasks queues get-iam-policy": get_policy,
    "tasks queues add-iam-policy-binding": add_binding,
    "scheduler jobs create http": write_job,
    "scheduler jobs update http": write_job,
    "scheduler jobs describe": describe("jobs"),
    "scheduler jobs delete": delete("jobs"),
    "scheduler jobs run": run_job,
    "logging read": read_log,
    "artifacts repositories create": create_repository,
    "artifacts repositories describe": describe("repositories"),
    "artifacts repositories delete": delete("repositories"),
    "artifacts repositories set-cleanup-policies": set_cleanup,
    "run deploy": deploy_service,
    "run services describe": describe("services"),
    "run services delete": delete("services"),
    "run services get-iam-policy": get_policy,
    "run services add-iam-policy-binding": add_binding,
    "run services remove-iam-policy-binding": remove_binding,
    "run services update-traffic": update_traffic,
    "run revisions list": list_revisions,
    "storage ls": list_sources,
    "storage rm": lambda call, state: state["sources"].remove(call.words[-1].rpartition("/")[2]),
}
