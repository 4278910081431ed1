"""One call, with the fault that strikes it.

delay -> fails at once | hangs | is cut | does its work -> answer | truncated answer | hangs, then is cut
"""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify

from local.openai_simulator.api_errors import (
    ApiError,
    context_overflow,
    conversation_not_found,
    prompt_not_found,
    request_too_large,
    unpaid,
)
from local.openai_simulator.backend import Backend
from local.openai_simulator.calls import Call
from local.openai_simulator.connection import cut, hang
from local.openai_simulator.fault_board import FaultKind, Plan

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
    match plan.kind:
        case "rate_limit":
            return _rate_limit(plan)
        case "request_too_large":
            return request_too_large(str(call.model))
        case "insufficient_quota":
            return unpaid("You exceeded your current quota, please check your plan and billing details.", plan.kind)
        case "billing_not_active":
            return unpaid("Your account is not active, please check your billing details.", plan.kind)
        case "server_error":
            message = "The server had an error while processing your request. Sorry about that!"
            return ApiError(500, message, kind="server_error")
        case "invalid_key":
            return ApiError(401, "Incorrect API key provided: sk-***.", code="invalid_api_key")
        case "forbidden":
            message = "Country, region, or territory not supported"
            code = "unsupported_country_region_territory"
            return ApiError(403, message, kind="request_forbidden", code=code)
        case "prompt_gone":
            return prompt_not_found(str(call.prompt))
        case "conversation_gone":
            return conversation_not_found(str(call.conversation))
        case "context_overflow":
            return context_overflow()
    return None


def _rate_limit(plan: Plan) -> ApiError:
    retry_after = plan.fault.request.retry_after if plan.fault else None
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    message = "Rate limit reached on requests per min (RPM). Please try again later."
    return ApiError(429, message, kind="requests", code="rate_limit_exceeded", headers=headers)
