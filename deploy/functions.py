"""The functions: one bundle each, one Cloud Run service each.

    stage -> differs from what runs? -> deploy a revision without traffic -> healthy? -> move the traffic

A revision that is not healthy never gets traffic, and a run that stopped anywhere in this line goes on from there.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deploy import bundle
from deploy.catalogue import BASE_IMAGE, DASHBOARD, FUNCTIONS, PROCESS, PRODUCT, SHARED_TOKEN, WEBHOOK, Function
from deploy.deployment import Deployment
from deploy.documents import Difference, Json
from deploy.environment import variables, write
from deploy.foundation import grants, needless_grants
from deploy.gcloud import Command
from deploy.lock import LockError
from deploy.logs import log_url
from deploy.resource import Resource, named
from deploy.secret_manager import version_of
from deploy.service import candidate_url, describe, is_on_newest, rollback, service_differences
from deploy.terminal import Stop
from deploy.verify import check_health

_CLEANUP: list[Json] = [
    {"name": "keep-newest", "action": {"type": "Keep"}, "mostRecentVersions": {"keepCount": 10}},
    {"name": "delete-old", "action": {"type": "Delete"}, "condition": {"olderThan": "30d"}},
]


def functions(here: Deployment) -> Iterator[Resource]:
    """Stage and deploy what changed, and move the traffic to what is healthy."""
    yield from _repository(here)
    wanted = {function: _wanted(here, function) for function in FUNCTIONS}
    parts = {function.name: json.dumps(service, sort_keys=True) for function, service in wanted.items()}
    release = bundle.release(parts)
    for function, service in wanted.items():
        yield _service(here, function, service, release)
        yield from grants(here, f"function:{function.name}", here.service(function))
        yield _traffic(here, function)
        yield from needless_grants(here, f"function:{function.name}", here.service(function))
    # Not before: instances of the revision that ran until now need it to start.
    yield from needless_grants(here, f"secret:{SHARED_TOKEN}", here.secret(SHARED_TOKEN))


def _repository(here: Deployment) -> Iterator[Resource]:
    """Keep the images; old ones are deleted, so that storage does not grow, the newest serve rollbacks."""
    yield the_repository(here)
    here.folder.mkdir(parents=True, exist_ok=True)
    policy = here.folder / "cleanup.json"
    policy.write_text(json.dumps(_CLEANUP, indent=1), encoding="utf-8")
    set_policy = ("artifacts", "repositories", "set-cleanup-policies", here.prefix, here.place)
    yield Resource(
        "deletion of images after 30 days, but for the newest 10",
        ("artifacts", "repositories", "describe", here.prefix, here.place),
        find=lambda found: found or {},
        mend=lambda _: [(*set_policy, f"--policy={policy}", "--no-dry-run")],
        wanted={"cleanupPolicies": {rule["name"]: {} for rule in _CLEANUP}},
    )


def the_repository(here: Deployment) -> Resource:
    """Describe the repository of images."""
    create, ours = ("--repository-format=docker", f"--labels={here.labels}"), ("labels.managed-by", PRODUCT)
    group, title = ("artifacts", "repositories"), f"repository {here.prefix} for images"
    return named(title, group, here.prefix, here.place, create=create, ours=ours)


def _wanted(here: Deployment, function: Function) -> Json:
    """Stage a function and return what its service must be like, in the words of service.summary."""
    audience = f"/projects/{here.number}/locations/{here.region}/services/{here.service(function)}"
    given = variables(function.name, here.settings.values, here.url(PROCESS), audience)
    secrets = here.settings.secrets_of(function.name)
    try:
        digest = bundle.stage(function.name, here.folder / function.name)
    except LockError as error:
        raise Stop(str(error)) from None
    iap = function is DASHBOARD and here.is_behind_iap
    return {
        "memory": function.memory,
        "cpu": str(function.cpus),
        "startup_boost": True,
        "concurrency": function.requests,
        "timeout_seconds": here.timeout(function),
        "min_instances": here.settings.deploy.webhook_min_instances if function is WEBHOOK else 0,
        "max_instances": here.most_instances(function),
        "ingress": "all",
        "account": here.email(function.account),
        "open_to_everyone": function.is_public and not iap,
        "behind_iap": iap,
        "bundle": digest,
        "environment": write(here.folder, function.name, given, function.requests),
        "secrets": {name: f"{here.secret(kept)}:{version_of(here, kept)}" for name, kept in secrets.items()},
    }


def _look(here: Deployment, function: Function) -> Command:
    return ("run", "services", "describe", here.service(function), f"--region={here.region}")


def the_service(here: Deployment, function: Function) -> Resource:
    """Describe a service, for its removal."""
    name, ours = here.service(function), ("metadata.labels.managed-by", PRODUCT)
    return named(f"Cloud Run service {name}", ("run", "services"), name, f"--region={here.region}", ours=ours)


def _service(here: Deployment, function: Function, wanted: Json, release: str) -> Resource:
    def commands(found: Json | None) -> list[Command]:
        return [_deploy_command(here, function, wanted, release, found)]

    return replace(
        the_service(here, function),
        make=commands,
        mend=commands,
        compare=lambda found: service_differences(found, wanted),
    )


def _deploy_command(
    here: Deployment, function: Function, wanted: Json, release: str, found: Json | None
) -> Command:
    """Write the command for a new revision; without traffic, where one runs already.

    Whom Cloud Run lets in is decided by its check of callers, on or off, never by a role for everyone, which
    organisations forbid (cloud.google.com/run/docs/authenticating/public; in gcloud since 496).
    """
    secrets = ",".join(f"{variable}={reference}" for variable, reference in wanted["secrets"].items())
    labels = f"{here.labels},bundle={wanted['bundle']},release={release},commit={_commit()}"
    iap = function is DASHBOARD and here.is_behind_iap
    was_iap = "iap-enabled" in json.dumps(found)
    return (
        *(["beta"] if iap or was_iap else []),
        "run",
        "deploy",
        here.service(function),
        f"--region={here.region}",
        f"--source={here.folder / function.name}",
        f"--function={function.name}",
        f"--base-image={BASE_IMAGE}",
        f"--image={here.region}-docker.pkg.dev/{here.project}/{here.prefix}",
        f"--build-service-account=projects/{here.project}/serviceAccounts/{here.email('build')}",
        f"--service-account={wanted['account']}",
        f"--memory={function.memory}",
        f"--cpu={function.cpus}",
        "--cpu-boost",
        f"--concurrency={function.requests}",
        f"--timeout={wanted['timeout_seconds']}",
        f"--min={wanted['min_instances']}",
        f"--max-instances={wanted['max_instances']}",
        f"--env-vars-file={here.folder / function.name}.env.yaml",
        f"--set-secrets={secrets}",
        f"--labels={labels}",
        "--ingress=all",
        "--no-allow-unauthenticated",
        "--no-invoker-iam-check" if wanted["open_to_everyone"] else "--invoker-iam-check",
        *(["--iap" if iap else "--no-iap"] if iap or was_iap else []),
        *(["--no-traffic", "--tag=candidate"] if found else []),
    )


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _traffic(here: Deployment, function: Function) -> Resource:
    name, region = here.service(function), f"--region={here.region}"

    def is_healthy() -> None:
        url = candidate_url(here.cloud.inspect(*_look(here, function)))
        if url and not check_health(here, function, url):
            raise Stop(
                f"The new revision of {name} is not healthy, so it gets no traffic. Its log: {log_url(here, name)}"
            )

    return Resource(
        f"move the traffic of {name} to its newest revision",
        _look(here, function),
        mend=lambda _: [("run", "services", "update-traffic", name, region, "--to-latest")],
        compare=lambda found: [] if is_on_newest(found) else [Difference("traffic", None, None)],
        before=is_healthy,
    )


def list_services(here: Deployment) -> None:
    """Say which revisions run."""
    for function in FUNCTIONS:
        service = here.cloud.inspect(*_look(here, function))
        if not here.terminal.is_dry_run:
            here.terminal.note(describe(service) if service else f"{here.service(function)}: does not run")


def earlier_release(here: Deployment) -> list[tuple[str, str]]:
    """Return the services of the newest release, and for each the revision that was before."""
    services: list[tuple[Json, list[Json]]] = []
    for function in FUNCTIONS:
        service = here.cloud.inspect(*_look(here, function))
        listing = ("run", "revisions", "list", f"--service={here.service(function)}", f"--region={here.region}")
        revisions: Any = here.cloud.inspect(*listing)
        if service:
            services.append((service, revisions or []))
    if here.terminal.is_dry_run:
        return [(here.service(function), "REVISION") for function in FUNCTIONS]
    return rollback(services)


def sources(here: Deployment, function: Function) -> Resource:
    """Describe what was uploaded to build a function from."""
    folder = f"gs://run-sources-{here.project}-{here.region}/services/{here.service(function)}"
    return Resource(
        f"uploaded source of {here.service(function)}",
        ("storage", "ls", f"{folder}/**"),
        remove=lambda _: [("storage", "rm", "--recursive", folder)],
        form="",
    )
