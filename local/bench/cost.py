"""What a one-message turn costs in Firestore operations, its three delivery statuses and the usual wait included.

The queue delivers to the process function's own code in this program, so that its client can be counted.
"""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from functions.process.main import run
from functions.process.runtime import open_runtime
from local.bench.figure import Figure
from local.bench.workbench import Workbench, Writer
from local.observe.counting import Count, count_operations
from local.stack.ports import LOOPBACK
from shared.queue.tasks import read_task
from shared.settings import ProcessSettings
from shared.store.connection import open_client
from shared.store.store import Store

MAX_READS = 8
# One more for a new customer, whose number and user id are linked at once: each has a document, written only then.
MAX_WRITES = {"first turn of a customer": 13, "later turn": 12}


def turn_cost(bench: Workbench) -> Iterator[Figure]:
    """Count a new customer's first turn and the next one."""
    with _counted_process(bench) as count:
        customer = bench.new_customer(auto_read=True)
        for name, max_writes in MAX_WRITES.items():
            writes, reads = _count_turn(bench, customer, count)
            yield Figure(f"Firestore writes, {name}", writes, "documents", max_writes)
            yield Figure(f"Firestore reads, {name}", reads, "documents", MAX_READS)


def _count_turn(bench: Workbench, customer: Writer, count: Count) -> tuple[int, int]:
    before = dataclasses.replace(count)
    customer.ask()
    bench.wait_quiet()
    return count.writes - before.writes, count.reads - before.reads


@contextmanager
def _counted_process(bench: Workbench) -> Iterator[Count]:
    """Take the place of the process function for a while."""
    env = bench.stack.env
    names = [name for name in ProcessSettings.model_fields if name.upper() in env]
    fields: dict[str, Any] = {name: env[name.upper()] for name in names if name != "burst_window_seconds"}
    settings = ProcessSettings(_env_file=None, **fields)
    client = open_client(settings)
    count = count_operations(client)
    runtime = dataclasses.replace(open_runtime(settings, bench.stack.process_url), store=Store(client))

    @Request.application
    def process(request: Request) -> Response:
        run(runtime, read_task(request.get_data()))
        return Response("ok")

    server = make_server(LOOPBACK, 0, process, threaded=True, request_handler=_SilentHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with (bench.stack.logs / "counted_process.log").open("w", encoding="utf-8") as log:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        bench.restart(("webhook",), {"PROCESS_URL": f"http://{LOOPBACK}:{server.server_port}"})
        try:
            yield count
        finally:
            bench.restart(("webhook",), {"PROCESS_URL": bench.stack.process_url})
            server.shutdown()
            server.server_close()


class _SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""
