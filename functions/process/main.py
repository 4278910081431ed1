"""The process function: takes tasks from the queue and runs the turn, the sends and the sweep."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flask
import functions_framework

from functions.process.batch import run_batch
from functions.process.inbox.echoes import record_echo
from functions.process.inbox.events import keep_event
from functions.process.inbox.find_contact import update_identity
from functions.process.inbox.merge import merge
from functions.process.inbox.receive import receive
from functions.process.inbox.statuses import record_status
from functions.process.media.fetch import run_media_task
from functions.process.privacy.erase import erase
from functions.process.privacy.export import make_export
from functions.process.runtime import Runtime, open_runtime
from functions.process.stopping import begin_on_sigterm
from functions.process.sweep import sweep
from functions.process.turn.preview import answer_preview
from functions.process.turn.run import wake
from functions.process.turn.send_staff import send_staff_message
from shared import log
from shared.errors import (
    AssistantError,
    ForbiddenError,
    MethodNotAllowedError,
    RemoteError,
    RequestError,
    SettingsError,
    StoppingError,
    StoreBusyError,
    StoreError,
)
from shared.http import Health, error_response, read_body, settings_response
from shared.once import once
from shared.queue.tasks import (
    BatchTask,
    Delivery,
    EchoTask,
    EraseTask,
    ExportTask,
    IdentityTask,
    MediaTask,
    MergeTask,
    MessageTask,
    PreviewTask,
    RawTask,
    SendTask,
    StatusTask,
    SweepTask,
    Task,
    WakeTask,
    read_task,
)
from shared.settings import ProcessSettings, load

MAX_RETRY_AFTER_SECONDS = 120.0
MAX_TASK_BYTES = 1024 * 1024  # Cloud Tasks' own limit

log.configure("process")


@functions_framework.http
def process(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Run one task; GET /health tells the state of the store and the queue.

    Any 2xx ends a task, everything else makes the queue deliver it again. A task is never answered 503, at which
    Cloud Tasks would slow the whole queue down.
    """
    try:
        runtime = get_runtime(request.host_url)
    except SettingsError as error:
        return _slowing_nothing(request, settings_response(error))
    if request.path == "/health":
        return _health(runtime).response()
    if request.method != "POST":
        return error_response(MethodNotAllowedError(["POST"]))
    if _is_from_a_page(request):
        return error_response(ForbiddenError("tasks come from the queue, as JSON, and never from a page"))
    try:
        with log.request_context(request, runtime.settings.google_cloud_project):
            run(replace(runtime, delivery=_delivery(request)), read_task(read_body(request, MAX_TASK_BYTES)))
    except RequestError as error:
        log.logger.error("bad_task", status=error.http_status, reason=error.message)
        # Delivering it again cannot help, so the queue is told that it is done.
        return "dropped" if _from_queue(request) else error_response(error)
    except AssistantError as error:
        _log_failure(error)
        response = error_response(error)
        if isinstance(error, RemoteError) and error.retry_after:
            # Cloud Tasks waits as long with this task.
            response.headers["Retry-After"] = str(math.ceil(min(error.retry_after, MAX_RETRY_AFTER_SECONDS)))
        return _slowing_nothing(request, response)
    except Exception:
        log.logger.exception("task_failed")
        return error_response(AssistantError("internal error"))
    return "ok"


@once
def _health(runtime: Runtime) -> Health:
    return Health({"store": runtime.store.facts.check, "queue": runtime.queue.check})


def run(runtime: Runtime, task: Task) -> None:
    """Run one task; an error that leaves here asks for another delivery: of any task, once the end is near."""
    if runtime.stopping.has_begun:
        raise StoppingError("this process is about to end")
    HANDLERS[type(task)](runtime, task)


# What is done with each kind of task.
HANDLERS: dict[type[Task], Callable[[Runtime, Any], None]] = {
    MessageTask: receive,
    EchoTask: record_echo,
    StatusTask: record_status,
    RawTask: keep_event,
    SendTask: send_staff_message,
    MediaTask: run_media_task,
    IdentityTask: update_identity,
    MergeTask: merge,
    WakeTask: lambda runtime, task: wake(runtime, task.contact_id),
    PreviewTask: answer_preview,
    EraseTask: erase,
    ExportTask: make_export,
    BatchTask: lambda runtime, task: run_batch(runtime, task, partial(run, runtime)),
    SweepTask: lambda runtime, _: sweep(runtime),
}


def _log_failure(error: AssistantError) -> None:
    """Log bad luck as a warning; a store that is away, or is used wrongly, with the place of the call.

    What another process does in our place is no failure, and must alarm nobody at a deploy.
    """
    if isinstance(error, StoppingError):
        log.logger.info("left_to_another")
    elif isinstance(error, StoreError) and not isinstance(error, StoreBusyError):
        log.logger.exception("task_failed", code=error.code)
    else:
        log.logger.warning("task_failed", code=error.code)


def _slowing_nothing(request: flask.Request, response: flask.Response) -> flask.Response:
    """Answer a task 500 where it would be 503."""
    if request.method == "POST" and response.status_code == 503:
        response.status_code = 500
    return response


def _is_from_a_page(request: flask.Request) -> bool:
    """Tell whether a browser sent this: with a POST it names the page's origin, and unasked it sends no JSON.

    On Google Cloud nobody gets here without the queue's account; on one's own machine any page could.
    """
    return "Origin" in request.headers or request.mimetype not in ("", "application/json")


def _from_queue(request: flask.Request) -> bool:
    return "X-CloudTasks-TaskName" in request.headers


def _delivery(request: flask.Request) -> Delivery:
    """Read what Cloud Tasks tells of this delivery; only it can reach the function with these headers."""
    headers = request.headers
    return Delivery(
        task=headers.get("X-CloudTasks-TaskName", ""),
        attempt=headers.get("X-CloudTasks-TaskRetryCount", 0, type=int),
        previous_response=headers.get("X-CloudTasks-TaskPreviousResponse", type=int),
    )


@once
def get_runtime(own_url: str) -> Runtime:
    """Build the runtime of this process; follow-up tasks are delivered to `own_url` unless PROCESS_URL is set."""
    runtime = open_runtime(load(ProcessSettings), own_url.rstrip("/"))
    begin_on_sigterm(runtime.stopping)
    return runtime
