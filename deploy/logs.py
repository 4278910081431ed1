"""Where the functions' lines are kept: in a log bucket of the region, and nowhere else.

    a line --> sink PREFIX --> bucket PREFIX in the region
          └--> sink _Default: not (exclusion), since its bucket is `global`, anywhere in the world

Metrics count what a sink leaves out, too (cloud.google.com/logging/docs/logs-based-metrics).
"""

from collections.abc import Iterator
from urllib.parse import quote

from deploy.catalogue import FUNCTIONS
from deploy.deployment import Deployment
from deploy.documents import item_with
from deploy.gcloud import Command
from deploy.resource import Resource

DAYS = 30
_REQUESTS = 'log_id("run.googleapis.com/requests")'  # Cloud Run's own lines: their URLs hold what was asked for


def logs(here: Deployment) -> Iterator[Resource]:
    """Keep the functions' lines in the region, without the URLs of requests."""
    yield _bucket(here)
    yield _sink(here)
    yield _exclusion(here, "request-urls", f"{_REQUESTS} AND {_ours(here)}", "log without the URLs of requests")
    yield _exclusion(here, "regional", _ours(here), "no copy of the functions' lines outside the region")


def reading(here: Deployment) -> Command:
    """Return the flags with which `gcloud logging read` finds our lines."""
    return (f"--bucket={here.prefix}", here.place, "--view=_AllLogs")


def log_url(here: Deployment, service: str) -> str:
    """Return where a service's log is shown."""
    query = quote(f'resource.labels.service_name="{service}"', safe="")
    scope = quote(f"{_path(here)}/views/_AllLogs", safe="")
    return (
        f"https://console.cloud.google.com/logs/query;query={query};storageScope=storage,{scope}"
        f"?project={here.project}"
    )


def _path(here: Deployment) -> str:
    return f"projects/{here.project}/locations/{here.region}/buckets/{here.prefix}"


def _ours(here: Deployment) -> str:
    services = " OR ".join(f'"{here.service(function)}"' for function in FUNCTIONS)
    return f"resource.labels.service_name=({services})"


def _bucket(here: Deployment) -> Resource:
    """A deleted bucket can be had back for 7 days, and its name is not free before."""
    which = (here.prefix, here.place)
    buckets = ("logging", "buckets")
    days = f"--retention-days={DAYS}"

    def mend(found: dict[str, str]) -> list[Command]:
        undelete = [(*buckets, "undelete", *which)] if found.get("lifecycleState") == "DELETE_REQUESTED" else []
        return [*undelete, (*buckets, "update", *which, days)]

    return Resource(
        f"log bucket {here.prefix} in {here.region}",
        (*buckets, "describe", *which),
        make=lambda _: [(*buckets, "create", *which, days, f"--description={here.mark}")],
        mend=mend,
        remove=lambda found: (
            [] if (found or {}).get("lifecycleState") == "DELETE_REQUESTED" else [(*buckets, "delete", *which)]
        ),
        wanted={"retentionDays": DAYS, "lifecycleState": "ACTIVE"},
        ours=("description", here.mark),
    )


def _sink(here: Deployment) -> Resource:
    """A sink into a bucket of its own project needs no role."""
    wanted = f"{_ours(here)} AND NOT {_REQUESTS}"
    target = f"logging.googleapis.com/{_path(here)}"
    flags = (here.prefix, target, f"--log-filter={wanted}")
    return Resource(
        f"log sink {here.prefix}",
        ("logging", "sinks", "describe", here.prefix),
        make=lambda _: [("logging", "sinks", "create", *flags, f"--description={here.mark}")],
        mend=lambda _: [("logging", "sinks", "update", *flags)],
        remove=lambda _: [("logging", "sinks", "delete", here.prefix)],
        wanted={"destination": target, "filter": wanted},
        ours=("description", here.mark),
    )


def _exclusion(here: Deployment, name: str, wanted: str, what: str) -> Resource:
    """Leave lines out of the project's own bucket; what others put there stays as it is."""
    full = f"{here.prefix}-{name}"
    update = ("logging", "sinks", "update", "_Default")
    return Resource(
        f"{what} (exclusion {full})",
        ("logging", "sinks", "describe", "_Default"),
        find=lambda sink: item_with((sink or {}).get("exclusions"), "name", full),
        make=lambda _: [(*update, f"--add-exclusion=^;^name={full};filter={wanted}")],
        mend=lambda _: [(*update, f"--update-exclusion=^;^name={full};filter={wanted}")],
        remove=lambda _: [(*update, f"--remove-exclusions={full}")],
        wanted={"filter": wanted},
    )
