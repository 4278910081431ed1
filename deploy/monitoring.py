"""Write what Cloud Monitoring is to watch: `python -m deploy.monitoring COMMAND …`.

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
MAX_WAITING_MS = 60_000
MAX_TASKS = 500
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
    Metric("openai-unpaid", "calls that OpenAI refused before it is paid", 'jsonPayload.message="openai_unpaid"'),
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
    return (
        f'resource.type="cloud_run_revision" AND resource.labels.service_name=({services}) AND {metric.condition}'
    )


def policies(names: Names) -> dict[str, Json]:
    """Return every alert policy by a short name; docs/operations.md has a section for each."""
    failures = _run(names, "request_count", 'metric.labels.response_code_class="5xx"')
    active = _run(names, "container/instance_count", 'metric.labels.state="active"', service="process")
    waiting, depth = _queue(names, "task_attempt_delays"), _queue(names, "depth")
    conditions = {
        "turn-failed": ("a customer got no answer", _above(0, 5, _log(names, "turn-failed"))),
        "token-refused": ("WhatsApp refuses the access token", _above(0, 5, _log(names, "token-refused"))),
        "openai-unpaid": ("OpenAI wants to be paid first", _above(0, 5, _log(names, "openai-unpaid"))),
        "task-failed": ("tasks fail again and again", _above(10, 10, _log(names, "task-failed"))),
        "left-to-staff": ("a message may or may not have been sent", _above(0, 5, _log(names, "left-to-staff"))),
        "settings": ("a function cannot start", _above(0, 5, _log(names, "settings"))),
        "server-errors": ("functions answer 5xx", _above(5, 5, failures)),
        "queue-age": (
            "tasks wait too long in the queue",
            _above(MAX_WAITING_MS, 5, waiting, "ALIGN_PERCENTILE_95", "REDUCE_MAX"),
        ),
        "queue-depth": ("the queue does not empty", _above(MAX_TASKS, 10, depth, "ALIGN_MIN", "REDUCE_MAX")),
        "instances": (
            "the process function is at its largest",
            _above(names.max_instances - 1, 10, active, "ALIGN_MAX", "REDUCE_SUM"),
        ),
        "no-sweep": ("the sweep does not run", _absent(30, _log(names, "sweep"))),
    }
    return {key: _policy(names, key, what, condition) for key, (what, condition) in conditions.items()}


def dashboard(names: Names) -> Json:
    """Return the dashboard: what comes in, what waits, what fails."""
    service, code = "resource.label.service_name", "metric.label.response_code"
    p95 = "ALIGN_PERCENTILE_95"
    charts = [
        _chart("Requests a second", _run(names, "request_count"), "ALIGN_RATE", [service, f"{code}_class"]),
        _chart("Time to answer, p95 (ms)", _run(names, "request_latencies"), p95, [service], "REDUCE_MAX"),
        _chart("Instances", _run(names, "container/instance_count"), "ALIGN_MAX", [service]),
        _chart("Memory used, p95", _run(names, "container/memory/utilizations"), p95, [service], "REDUCE_MAX"),
        _chart("Tasks in the queue", _queue(names, "depth"), "ALIGN_MAX"),
        _chart("Waiting in the queue, p95 (ms)", _queue(names, "task_attempt_delays"), p95, reducer="REDUCE_MAX"),
        _chart("Task attempts a second", _queue(names, "task_attempt_count"), "ALIGN_RATE", [code]),
    ]
    for metric in METRICS:
        title = metric.description[0].upper() + metric.description[1:]
        charts.append(_chart(title, _log(names, metric.name), "ALIGN_DELTA"))
    tiles = [
        {"xPos": index % 2 * 24, "yPos": index // 2 * 16, "width": 24, "height": 16, "widget": chart}
        for index, chart in enumerate(charts)
    ]
    return {
        "displayName": f"WhatsApp assistant ({names.prefix})",
        "labels": {PRODUCT: ""},
        "mosaicLayout": {"columns": 48, "tiles": tiles},
    }


def _policy(names: Names, section: str, what: str, condition: Json) -> Json:
    return {
        "displayName": f"{names.prefix}: {what}",
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


def _above(
    threshold: int, minutes: int, query: str, aligner: str = "ALIGN_SUM", reducer: str = "REDUCE_SUM"
) -> Json:
    return {
        "conditionThreshold": {
            "filter": query,
            "comparison": "COMPARISON_GT",
            "thresholdValue": threshold,
            "duration": "0s",
            "trigger": {"count": 1},
            "aggregations": [_aggregation(minutes * 60, aligner, reducer)],
        }
    }


def _absent(minutes: int, query: str) -> Json:
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


def _run(names: Names, metric: str, condition: str = "", service: str = "") -> str:
    services = [service] if service else FUNCTIONS
    one_of = ", ".join(f'"{names.prefix}-{name}"' for name in services)
    parts = [
        'resource.type="cloud_run_revision"',
        f"resource.labels.service_name=one_of({one_of})",
        f'metric.type="run.googleapis.com/{metric}"',
        condition,
    ]
    return " AND ".join(part for part in parts if part)


def _queue(names: Names, metric: str) -> str:
    queue = f'resource.type="cloud_tasks_queue" AND resource.labels.queue_id="{names.queue}"'
    return f'{queue} AND metric.type="cloudtasks.googleapis.com/queue/{metric}"'


def _log(names: Names, metric: str) -> str:
    kind = f"logging.googleapis.com/user/{names.prefix}-{metric}"
    return f'resource.type="cloud_run_revision" AND metric.type="{kind}"'


def _write(path: Path, document: Json) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
