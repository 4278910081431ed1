"""How long a customer waits when extraction, answer and send take a second each; how many are served at once."""

import statistics
import threading
import time
from collections.abc import Iterator

from local.bench.figure import Figure
from local.bench.workbench import MeasurementError, Workbench, Writer

BURST_WINDOWS = (0.0, 1.5)
UPSTREAM_SECONDS = 1.0
MAX_SECONDS = 2.3  # plus the burst window
CUSTOMERS_AT_ONCE = 20


def time_to_answer(bench: Workbench) -> Iterator[Figure]:
    """Measure single messages of one customer, the first one (which opens the conversation) apart."""
    for window in BURST_WINDOWS:
        bench.restart(("process",), {"BURST_WINDOW_SECONDS": str(window)})
        bench.new_customer().ask()  # the function's first request builds its clients
        _slow_down(bench, UPSTREAM_SECONDS)
        customer = bench.new_customer()
        first = customer.ask()
        later = [customer.ask() for _ in range(bench.sizes.answers)]
        _speed_up(bench)
        limit = MAX_SECONDS + window
        about = f"burst window {window:g} s, upstreams of 1 s"
        yield Figure(f"time to the first answer, {about}", first, "s", limit)
        yield Figure(f"time to answer, {about}: median", statistics.median(later), "s", limit)
        yield Figure(f"time to answer, {about}: longest", max(later), "s", limit)


def throughput(bench: Workbench) -> Iterator[Figure]:
    """Measure how many turns a second one instance serves, each customer writing again once answered."""
    bench.restart(("process",), {"BURST_WINDOW_SECONDS": "0"})
    customers = [bench.new_customer() for _ in range(CUSTOMERS_AT_ONCE)]
    end = time.monotonic() + bench.sizes.busy_seconds
    counts: list[int] = []
    threads = [threading.Thread(target=_ask_until, args=(one, end, counts), daemon=True) for one in customers]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < len(threads):
        raise MeasurementError("a customer was never answered")
    rate = sum(counts) / (time.monotonic() - began)
    yield Figure(f"turns, {CUSTOMERS_AT_ONCE} customers at once, upstreams without delay", rate, "1/s")


def _ask_until(customer: Writer, end: float, counts: list[int]) -> None:
    count = 0
    while time.monotonic() < end:
        customer.ask()
        count += 1
    counts.append(count)


def _slow_down(bench: Workbench, seconds: float) -> None:
    bench.openai.set_latency({"answer": seconds, "extraction": seconds})
    latency = {"fault": "latency", "seconds": seconds, "rate": 1, "endpoint": "messages"}
    bench.phone.add_faults({"graph": [latency]})


def _speed_up(bench: Workbench) -> None:
    bench.openai.clear_faults()
    bench.phone.clear_faults()
