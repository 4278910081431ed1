"""Writes what Cloud Monitoring is to watch: `python -m deploy.monitoring COMMAND …`.

The names of log events are those that the functions write (`message` of each JSON line).
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRODUCT = "whatsapp-assistant"
FUNCTIONS = ("webhook", "process", "dashboard-api")
Json = dict[str, Any]


@dataclass(frozen=True)
class Metric:
    """A count of log lines."""

    name: str
    description: str
    condition: str


METRICS = (
    Metric("turn-failed", "turns that ended without an answer", 'jsonPayload.message="turn_failed"'),
    Metric(
        "token-refused",
        "calls that WhatsApp refused because of the access token",
        'jsonPayload.remote_code="190"',
    ),
    Metric("task-failed", "tasks that the queue has to deliver again", 'jsonPayload.message="task_failed"'),
    Metric("left-to-staff", "messages whose delivery stayed unknown", 'jsonPayload.message="left_to_staff"'),
    Metric("settings", "functions that could not start", 'jsonPayload.message="settings"'),
    Metric("bad-signature", "calls of the webhook that Meta did not sign", 'jsonPayload.message="signature"'),
    Metric("sweep", "runs of the sweep", 'jsonPayload.message="sweep"'),
)


@dataclass(frozen=True)
class Names:
    """What this deployment's things are called."""

    prefix: str
    project: str = ""
    queue: str = ""
    channel: str = ""
    max_instances: int = 0


def main() -> int:
    """Print the log-based metrics, or write the alert policies and the dashboard into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("metrics")
    listing.add_argument("--prefix", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("folder", type=Path)
    for flag in ("--prefix", "--project", "--queue", "--channel"):
        writing.add_argument(flag, required=True)
    writing.add_argument("--max-instances", type=int, required=True)
    options = parser.parse_args()
    if options.command == "metrics":
        for metric in METRICS:
            description, log_filter = metric.description, log_filter_of(metric, options.prefix)
            print(f"{options.prefix}-{metric.name}", description, log_filter, sep="\t")
        return 0
    names = Names(options.prefix, options.project, options.queue, options.channel, options.max_instances)
    for old in options.folder.glob("alert-*.json"):
        old.unlink()
    for key, policy in policies(names).items():
        _write(options.folder / f"alert-{key}.json", policy)
    _write(options.folder / "dashboard.json", dashboard(names))
    return 0


def log_filter_of(metric: Metric, prefix: str) -> str:
    """Return the filter that finds a metric's lines among the logs of our own functions."""
    services = " OR ".join(f'"{prefix}-{function}"' for function in FUNCTIONS)
    return f'resource.type="cloud_run_revision" AND resource.labels.service_name=({services}) AND {metric.condition}'


def policies(names: Names) -> dict[str, Json]:
    """Return every alert policy by a short name; docs/operations.md has a section for each."""
    services = _one_of(f"{names.prefix}-{function}" for function in FUNCTIONS)
    run = f'resource.type="cloud_run_revision" AND resource.labels.service_name={services}'
    queue = f'resource.type="cloud_tasks_queue" AND resource.labels.queue_id="{names.queue}"'
    process = f'resource.type="cloud_run_revision" AND resource.labels.service_name="{names.prefix}-process"'
    return {
        "turn-failed": _policy(
            names, "a customer got no answer", "turn-failed", _threshold(_log(names, "turn-failed"), 0, minutes=5)
        ),
        "token-refused": _policy(
            names,
            "WhatsApp refuses the access token",
            "token-refused",
            _threshold(_log(names, "token-refused"), 0, minutes=5),
        ),
        "task-failed": _policy(
            names, "tasks fail again and again", "task-failed", _threshold(_log(names, "task-failed"), 10, minutes=10)
        ),
        "left-to-staff": _policy(
            names,
            "a message may or may not have been sent",
            "left-to-staff",
            _threshold(_log(names, "left-to-staff"), 0, minutes=5),
        ),
        "settings": _policy(
            names, "a function cannot start", "settings", _threshold(_log(names, "settings"), 0, minutes=5)
        ),
        "server-errors": _policy(
            names,
            "functions answer 5xx",
            "server-errors",
            _threshold(
                f'{run} AND metric.type="run.googleapis.com/request_count"'
                ' AND metric.labels.response_code_class="5xx"',
                5,
                minutes=5,
            ),
        ),
        "queue-age": _policy(
            names,
            "tasks wait too long in the queue",
            "queue-age",
            _threshold(
                f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/task_attempt_delays"',
                60_000,  # milliseconds
                minutes=5,
                aligner="ALIGN_PERCENTILE_95",
                reducer="REDUCE_MAX",
            ),
        ),
        "queue-depth": _policy(
            names,
            "the queue does not empty",
            "queue-depth",
            _threshold(
                f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/depth"',
                500,
                minutes=10,
                aligner="ALIGN_MIN",
                reducer="REDUCE_MAX",
            ),
        ),
        "instances": _policy(
            names,
            "the process function is at its largest",
            "instances",
            _threshold(
                f'{process} AND metric.type="run.googleapis.com/container/instance_count" AND metric.labels.state="active"',
                names.max_instances - 1,
                minutes=10,
                aligner="ALIGN_MAX",
                reducer="REDUCE_SUM",
            ),
        ),
        "no-sweep": _policy(names, "the sweep does not run", "no-sweep", _absence(_log(names, "sweep"), minutes=30)),
    }


def dashboard(names: Names) -> Json:
    """Return the dashboard: what comes in, what goes out, what waits, what fails."""
    run = f'resource.type="cloud_run_revision" AND resource.labels.service_name=starts_with("{names.prefix}-")'
    queue = f'resource.type="cloud_tasks_queue" AND resource.labels.queue_id="{names.queue}"'
    by_service = ["resource.label.service_name"]
    charts = [
        _chart("Requests a second", f'{run} AND metric.type="run.googleapis.com/request_count"', "ALIGN_RATE",
               [*by_service, "metric.label.response_code_class"]),
        _chart("Time to answer, 95th percentile (ms)", f'{run} AND metric.type="run.googleapis.com/request_latencies"',
               "ALIGN_PERCENTILE_95", by_service, "REDUCE_MAX"),
        _chart("Instances", f'{run} AND metric.type="run.googleapis.com/container/instance_count"', "ALIGN_MAX",
               by_service),
        _chart("Memory used, 95th percentile", f'{run} AND metric.type="run.googleapis.com/container/memory/utilizations"',
               "ALIGN_PERCENTILE_95", by_service, "REDUCE_MAX"),
        _chart("Tasks in the queue", f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/depth"', "ALIGN_MAX"),
        _chart("Waiting in the queue, 95th percentile (ms)",
               f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/task_attempt_delays"', "ALIGN_PERCENTILE_95",
               reducer="REDUCE_MAX"),
        _chart("Task attempts a second", f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/task_attempt_count"',
               "ALIGN_RATE", ["metric.label.response_code"]),
        *[_chart(f"{metric.description[0].upper()}{metric.description[1:]}", _log(names, metric.name), "ALIGN_DELTA")
          for metric in METRICS],
    ]  # fmt: skip
    tiles = [
        {"xPos": index % 2 * 24, "yPos": index // 2 * 16, "width": 24, "height": 16, "widget": chart}
        for index, chart in enumerate(charts)
    ]
    return {
        "displayName": f"WhatsApp assistant ({names.prefix})",
        "labels": {PRODUCT: ""},
        "mosaicLayout": {"columns": 48, "tiles": tiles},
    }


def _policy(names: Names, what: str, section: str, condition: Json) -> Json:
    title = f"{names.prefix}: {what}"
    return {
        "displayName": title,
        "userLabels": {"managed-by": PRODUCT, "deployment": names.prefix},
        "documentation": {
            "content": f"{what[0].upper()}{what[1:]}. What to do: docs/operations.md, section `{section}`.",
            "mimeType": "text/markdown",
        },
        "combiner": "OR",
        "conditions": [{"displayName": what, **condition}],
        "notificationChannels": [names.channel],
        "alertStrategy": {"autoClose": "86400s"},
        "enabled": True,
    }


def _threshold(
    query: str, above: int, *, minutes: int, aligner: str = "ALIGN_SUM", reducer: str = "REDUCE_SUM"
) -> Json:
    return {
        "conditionThreshold": {
            "filter": query,
            "comparison": "COMPARISON_GT",
            "thresholdValue": above,
            "duration": "0s",
            "trigger": {"count": 1},
            "aggregations": [_aggregation(minutes * 60, aligner, reducer)],
        }
    }


def _absence(query: str, *, minutes: int) -> Json:
    return {
        "conditionAbsent": {
            "filter": query,
            "duration": f"{minutes * 60}s",
            "trigger": {"count": 1},
            "aggregations": [_aggregation(300, "ALIGN_SUM", "REDUCE_SUM")],
        }
    }


def _aggregation(seconds: int, aligner: str, reducer: str) -> Json:
    return {"alignmentPeriod": f"{seconds}s", "perSeriesAligner": aligner, "crossSeriesReducer": reducer}


def _chart(
    title: str, query: str, aligner: str, group: list[str] | None = None, reducer: str = "REDUCE_SUM"
) -> Json:
    aggregation = _aggregation(60, aligner, reducer)
    if group:
        aggregation["groupByFields"] = group
    return {
        "title": title,
        "xyChart": {
            "dataSets": [
                {
                    "plotType": "LINE",
                    "targetAxis": "Y1",
                    "timeSeriesQuery": {"timeSeriesFilter": {"filter": query, "aggregation": aggregation}},
                }
            ]
        },
    }


def _log(names: Names, metric: str) -> str:
    kind = f"logging.googleapis.com/user/{names.prefix}-{metric}"
    return f'resource.type="cloud_run_revision" AND metric.type="{kind}"'


def _one_of(values: Any) -> str:
    return "one_of(" + ", ".join(f'"{value}"' for value in values) + ")"


def _write(path: Path, document: Json) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
