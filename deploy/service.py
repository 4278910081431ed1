"""Reads Cloud Run services as gcloud shows them."""

from typing import Any

from deploy.documents import Difference, differences, value_at

Service = dict[str, Any]


class NoEarlierReleaseError(Exception):
    """There is nothing to go back to."""


def service_differences(service: Service, wanted: dict[str, Any]) -> list[Difference]:
    """List what differs between a service and what is wanted; of variables only names: values may be private."""
    actual = summary(service)
    maps = ("environment", "secrets")
    found = differences(actual, {key: value for key, value in wanted.items() if key not in maps})
    found += [Difference(key, None, None) for name in maps for key in _changed_keys(actual[name], wanted[name])]
    if _status(service, "latestReadyRevisionName") != _status(service, "latestCreatedRevisionName"):
        found.append(Difference("its newest revision did not start", None, None))
    return found


def summary(service: Service) -> dict[str, Any]:
    """Return what deploy.sh sets of a service, in its words."""
    template = service["spec"]["template"]
    annotations = template.get("metadata", {}).get("annotations", {})
    metadata = service["metadata"]
    own = metadata.get("annotations", {})
    container = template["spec"]["containers"][0]
    limits = value_at(container, "resources.limits") or {}
    variables = container.get("env", [])
    return {
        "memory": limits.get("memory"),
        "cpu": "1" if limits.get("cpu") == "1000m" else limits.get("cpu"),
        "startup_boost": annotations.get("run.googleapis.com/startup-cpu-boost") == "true",
        "concurrency": template["spec"].get("containerConcurrency"),
        "timeout_seconds": template["spec"].get("timeoutSeconds"),
        "min_instances": int(own.get("run.googleapis.com/minScale", 0)),
        "max_instances": int(annotations.get("autoscaling.knative.dev/maxScale", 0)),
        "ingress": own.get("run.googleapis.com/ingress", "all"),
        "account": template["spec"].get("serviceAccountName"),
        "open_to_everyone": own.get("run.googleapis.com/invoker-iam-disabled") == "true",
        "behind_iap": own.get("run.googleapis.com/iap-enabled") == "true",
        "bundle": metadata.get("labels", {}).get("bundle"),
        "environment": {item["name"]: item.get("value", "") for item in variables if "valueFrom" not in item},
        "secrets": {item["name"]: _reference(item) for item in variables if "valueFrom" in item},
    }


def is_on_newest(service: Service) -> bool:
    """Tell whether the newest revision gets all the traffic."""
    newest = _status(service, "latestCreatedRevisionName")
    shares = [percent for revision, percent in _shares(service) if revision == newest]
    return sum(shares) == 100


def candidate_url(service: Service) -> str:
    """Return the address at which the newest revision answers before it gets traffic; empty if there is none."""
    newest = _status(service, "latestCreatedRevisionName")
    tagged = (item for item in _traffic(service) if item.get("tag") == "candidate")
    return next((str(item["url"]) for item in tagged if item["revisionName"] == newest), "")


def describe(service: Service) -> str:
    """Say in one line which revision of a service runs, from which commit, and where."""
    metadata = service["metadata"]
    labels = metadata.get("labels", {})
    serving = ", ".join(f"{revision} {percent}%" for revision, percent in _shares(service))
    state = "" if is_on_newest(service) else f"; newest is {_status(service, 'latestCreatedRevisionName')}"
    return (
        f"{metadata['name']}: {serving}{state}; newest deployed: release {labels.get('release', '?')},"
        f" commit {labels.get('commit', '?')}; {_status(service, 'url')}"
    )


def rollback(services: list[tuple[Service, list[dict[str, Any]]]]) -> list[tuple[str, str]]:
    """Choose for each service of the newest serving release the revision that was made before it.

    One release may have changed only some of the functions: the others stay. Raises NoEarlierReleaseError.
    """
    serving = [(service, revisions, _serving(service, revisions)) for service, revisions in services]
    current = [revision for _, _, revision in serving if revision is not None]
    if not current:
        raise NoEarlierReleaseError
    newest = _release(max(current, key=_created))
    chosen = []
    for service, revisions, revision in serving:
        if revision is None or _release(revision) != newest:
            continue
        earlier = [item for item in revisions if _created(item) < _created(revision) and _release(item) != newest]
        ready = [item for item in earlier if _is_ready(item)]
        if ready:
            chosen.append((str(service["metadata"]["name"]), str(max(ready, key=_created)["metadata"]["name"])))
    if not chosen:
        raise NoEarlierReleaseError
    return chosen


def _serving(service: Service, revisions: list[dict[str, Any]]) -> dict[str, Any] | None:
    shares = _shares(service)
    if not shares:
        return None
    name = max(shares, key=lambda share: share[1])[0]
    return next((revision for revision in revisions if revision["metadata"]["name"] == name), None)


def _shares(service: Service) -> list[tuple[str, int]]:
    return [(str(item["revisionName"]), int(item["percent"])) for item in _traffic(service) if item.get("percent")]


def _is_ready(revision: dict[str, Any]) -> bool:
    conditions = revision.get("status", {}).get("conditions", [])
    return any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)


def _release(revision: dict[str, Any]) -> str:
    return str(revision["metadata"].get("labels", {}).get("release", ""))


def _created(revision: dict[str, Any]) -> str:
    return str(revision["metadata"]["creationTimestamp"])


def _traffic(service: Service) -> list[dict[str, Any]]:
    """List the targets; one that is only a tag has no share."""
    return list(service.get("status", {}).get("traffic", []))


def _status(service: Service, name: str) -> Any:
    return service.get("status", {}).get(name)


def _reference(variable: dict[str, Any]) -> str:
    reference = variable["valueFrom"]["secretKeyRef"]
    return f"{reference['name']}:{reference['key']}"


def _changed_keys(actual: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return sorted(key for key in actual.keys() | wanted.keys() if actual.get(key) != wanted.get(key))
