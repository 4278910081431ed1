"""One call, with the fault that strikes it.

delay -> fails at once | hangs | is cut | does its work -> answer | truncated answer | hangs, then is cut
"""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify

from local.openai_simulator.api_errors import (
    ApiError,
    NoRouteError,
    context_overflow,
    conversation_not_found,
    forbidden,
    prompt_not_found,
    request_too_large,
    server_error,
    unpaid,
)
from local.openai_simulator.backend import Backend
from local.openai_simulator.calls import Call
from local.openai_simulator.connection import cut, hang
from local.openai_simulator.fault_board import FaultKind, Plan

# The faults that are an HTTP error, whatever the call asks for.
ERRORS: dict[FaultKind, Callable[[Call], ApiError]] = {
    "request_too_large": lambda call: request_too_large(str(call.model)),
    "insufficient_quota": lambda _: unpaid("You exceeded your current quota.", "insufficient_quota"),
    "billing_not_active": lambda _: unpaid("Your account is not active.", "billing_not_active"),
    "no_route": lambda _: NoRouteError(),
    "server_error": lambda _: server_error(),
    "invalid_key": lambda _: ApiError(401, "Incorrect API key provided: sk-***.", code="invalid_api_key"),
    "forbidden": lambda _: forbidden(),
    "prompt_gone": lambda call: prompt_not_found(str(call.prompt)),
    "conversation_gone": lambda call: conversation_not_found(str(call.conversation)),
    "context_overflow": lambda _: context_overflow(),
}

Work = Callable[[FaultKind | None], dict[str, Any] | Response]


def perform(backend: Backend, call: Call, work: Work, abandon: Callable[[], None] | None = None) -> Response:
    """Do the work of a call and answer; `abandon` runs when a fault keeps the work from being done."""
    plan = backend.faults.plan(call)
    call.fault, call.delay = plan.kind, plan.delay
    backend.stopping.wait(plan.delay)
    error = _error(plan, call)
    if abandon and (error or plan.kind in ("timeout", "connection_reset")):
        abandon()
    if plan.kind == "conversation_gone" and call.conversation:
        backend.state.delete_conversation(call.conversation)
    if error:
        raise error
    if plan.kind == "timeout":
        hang(plan.seconds, backend.stopping)
        return cut(backend.stopping)
    if plan.kind == "connection_reset":
        return cut(backend.stopping)
    return _finished(backend, plan, work(plan.kind))


def _finished(backend: Backend, plan: Plan, result: dict[str, Any] | Response) -> Response:
    if plan.kind == "processed_then_timeout":
        return cut(backend.stopping, after_seconds=plan.seconds)
    response = result if isinstance(result, Response) else jsonify(result)
    if plan.kind == "truncated_json":
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
    return response


def _error(plan: Plan, call: Call) -> ApiError | None:
    if plan.kind == "rate_limit":
        return _rate_limit(plan)
    make = ERRORS.get(plan.kind) if plan.kind else None
    return make(call) if make else None


def _rate_limit(plan: Plan) -> ApiError:
    retry_after = plan.fault.request.retry_after if plan.fault else None
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    message = "Rate limit reached on requests per min (RPM). Please try again later."
    return ApiError(429, message, kind="requests", code="rate_limit_exceeded", headers=headers)
