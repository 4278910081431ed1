"""How long a function takes to be there: importing it, and coming back to a turn after a crash."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from local.bench.figure import Figure
from local.bench.workbench import PATIENCE_SECONDS, MeasurementError, Workbench
from local.stack.stack import FUNCTIONS
from shared.settings import ProcessSettings

TIMED_IMPORT = "import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
SLOW_ANSWER_SECONDS = 5.0  # long enough to be killed in
LEASE_FOR_QUICK = {
    "OPENAI_TIMEOUT_SECONDS": "10",
    "FUNCTION_TIMEOUT_SECONDS": "14",
    "TASK_DEADLINE_SECONDS": "15",
    "LEASE_SECONDS": "16",
}


def import_time(bench: Workbench) -> Iterator[Figure]:
    """Measure the import of each function's module in a fresh interpreter, the files being in the page cache."""
    for name in FUNCTIONS:
        command = [sys.executable, "-c", TIMED_IMPORT.format(module=f"functions.{name}.main")]
        times = [_run(command, bench) for _ in range(bench.sizes.imports)]
        yield Figure(f"import of {name}", statistics.median(times), "s")


def crash_recovery(bench: Workbench, settings: dict[str, str]) -> Iterator[Figure]:
    """Kill the function while OpenAI writes, start it again, and measure until the answer is there."""
    bench.restart(("process",), {"BURST_WINDOW_SECONDS": "0", **settings})
    customer = bench.new_customer()
    customer.ask()
    bench.openai.set_latency({"answer": SLOW_ANSWER_SECONDS})
    name, _ = customer.write()
    _wait_for_call(bench, name)
    killed = time.time()
    bench.stack.kill("process")
    bench.stack.start("process")
    restarted = time.time()
    bench.openai.clear_faults()
    yield Figure("start of process after a crash", restarted - killed, "s")
    lease = float(settings.get("LEASE_SECONDS", ProcessSettings.model_fields["lease_seconds"].default))
    yield Figure(
        f"crash while the answer is written, until it is sent (lease {lease:g})", customer.wait(name, killed), "s"
    )


def _run(command: list[str], bench: Workbench) -> float:
    answer = subprocess.run(
        command, env=bench.stack.env, cwd=bench.stack.logs, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise MeasurementError(answer.stderr.strip())
    return float(answer.stdout)


def _wait_for_call(bench: Workbench, name: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if any(name in text for call in bench.openai.calls("answer") for text in call["texts"]):
            return
        time.sleep(0.05)
    raise MeasurementError("OpenAI was never asked")
