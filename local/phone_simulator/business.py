"""What happens to a message the product sends: checks that need the state, the bubble, its statuses."""

from typing import Any

from local.phone_simulator import meta_json, sample_templates
from local.phone_simulator.graph_errors import GraphError
from local.phone_simulator.made_up import new_message_id, new_user_id
from local.phone_simulator.outbound import OutboundMessage, ReadReceipt
from local.phone_simulator.records import ChatMessage, Customer, Ticks, UnknownMessageError
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.uploads import SIZE_LIMITS
from local.phone_simulator.webhook_sender import encode

SENT_AFTER_SECONDS = 0.05
DELIVERED_AFTER_SECONDS = 0.2
READ_AFTER_SECONDS = 0.2
STATUS_WAIT_SECONDS = 5.0
UNDELIVERABLE = 131026
WINDOW_CLOSED = 131047

JsonObject = dict[str, Any]


def accept_message(
    simulation: Simulation, message: OutboundMessage, payload: JsonObject, fault: str | None
) -> JsonObject:
    """Deliver a checked message to its customer and return the API's answer; raises GraphError."""
    customer = _recipient(simulation, message)
    bubble = _bubble(simulation, message, customer)
    if message.reaction:
        _react(simulation, message.reaction.message_id, message.reaction.emoji)
    failing = simulation.faults.happens(simulation.faults.webhook.delivery_failed)
    sent_to = message.to or message.recipient or ""
    simulation.state.add_from_business(bubble, sent_to, payload, fault, reached=not failing)
    _report(simulation, customer.id, bubble, failing=failing)
    known_as = {"wa_id": customer.phone} if customer.phone else {"user_id": customer.user_id}
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": sent_to, **known_as}],
        "messages": [{"id": bubble.id}],
    }


def accept_read_receipt(simulation: Simulation, receipt: ReadReceipt) -> JsonObject:
    """Turn the customer's ticks blue and show "typing…" when asked."""
    try:
        message = simulation.state.mark_read_by_business(receipt.message_id)
    except UnknownMessageError:
        raise GraphError(100, f"message_id {receipt.message_id} is not a message of this number") from None
    if receipt.typing_indicator:
        simulation.state.start_typing(message.customer_id)
    return {"success": True}


def report_reads(simulation: Simulation, customer_id: str) -> None:
    """Report as read what this customer has been shown."""
    for message in simulation.state.claim_unread(customer_id):
        _emit(simulation, customer_id, message, "read")


def _recipient(simulation: Simulation, message: OutboundMessage) -> Customer:
    address = message.address
    if address == simulation.settings.display_phone_number:
        raise GraphError(131021)
    customer = simulation.state.find_customer(address)
    if customer is None and not address.isdigit():
        raise GraphError(UNDELIVERABLE)
    if message.type != "template" and not (customer and simulation.state.window_is_open(customer.id)):
        raise GraphError(WINDOW_CLOSED)
    if customer is None:
        # A template may be the first thing a number ever gets from the business.
        return simulation.state.add_customer(
            f"+{address}", phone=address, user_id=new_user_id(), username=None, auto_read=simulation.auto_read
        )
    return customer


def _bubble(simulation: Simulation, message: OutboundMessage, customer: Customer) -> ChatMessage:
    content = _content(message)
    bubble = ChatMessage(
        id=new_message_id(),
        customer_id=customer.id,
        author="business",
        kind=message.type,
        text=_text(message),
        content=content,
        sent_at=simulation.state.now(),
        reply_to=message.context.message_id if message.context else None,
        callback_data=message.biz_opaque_callback_data,
    )
    if message.template:
        _fill_template(simulation, bubble, message)
    kind, file = _file(bubble)
    if file.get("id"):
        bubble.media_id = _known_media(simulation, kind, file["id"])
    return bubble


def _file(bubble: ChatMessage) -> tuple[str, JsonObject]:
    """Return the kind and the source of a bubble's file; that of a header counts."""
    if bubble.kind in SIZE_LIMITS:
        return bubble.kind, bubble.content
    header = bubble.content.get("header_media") or bubble.content.get("header")
    if isinstance(header, dict):
        return header["type"], header.get(header["type"], header)
    return "", {}


def _content(message: OutboundMessage) -> JsonObject:
    body = getattr(message, message.type)
    if message.contacts:
        return {"contacts": [contact.model_dump(exclude_none=True) for contact in message.contacts]}
    return dict(body.model_dump(exclude_none=True))


def _text(message: OutboundMessage) -> str:
    if message.text:
        return message.text.body
    if message.interactive:
        return message.interactive.body.text
    if message.reaction:
        return message.reaction.emoji
    body = getattr(message, message.type)
    return getattr(body, "caption", None) or ""


def _fill_template(simulation: Simulation, bubble: ChatMessage, message: OutboundMessage) -> None:
    assert message.template  # noqa: S101 (narrows the type)
    wanted = message.template
    template = sample_templates.approved_template(simulation.templates, wanted.name, wanted.language.code)
    bubble.content = sample_templates.fill(template, wanted.components)
    bubble.text = bubble.content["body"]
    bubble.category = template["category"].lower()


def _known_media(simulation: Simulation, kind: str, media_id: str) -> str:
    if simulation.media.get(media_id) is None:
        raise GraphError(
            100,
            message=f"(#100) Param {kind}['id'] is not a valid whatsapp business account media attachment ID",
        )
    return media_id


def _react(simulation: Simulation, message_id: str, emoji: str) -> None:
    try:
        simulation.state.react(message_id, "business", emoji)
    except UnknownMessageError:
        raise GraphError(131009, f"message_id {message_id} is not a message of this chat") from None


def _report(simulation: Simulation, customer_id: str, message: ChatMessage, *, failing: bool) -> None:
    """Plan the statuses that follow a message, in the order the faults ask for."""
    faults = simulation.faults.webhook
    plan: list[Ticks] = ["failed"] if failing else ["sent", "delivered"]
    if faults.status_out_of_order:
        plan.reverse()
    if faults.status_before_response:
        for status in plan:
            _emit(simulation, customer_id, message, status, wait=True)
        return
    for after, status in zip((SENT_AFTER_SECONDS, DELIVERED_AFTER_SECONDS), plan, strict=False):
        simulation.scheduler.later(after, _emitting(simulation, customer_id, message, status))


def _emitting(simulation: Simulation, customer_id: str, message: ChatMessage, status: Ticks) -> Any:
    return lambda: _emit(simulation, customer_id, message, status)


def _emit(
    simulation: Simulation, customer_id: str, message: ChatMessage, status: Ticks, *, wait: bool = False
) -> None:
    state = simulation.state
    state.advance_ticks(message.id, status)
    if status == "delivered" and state.is_watching(customer_id):
        simulation.scheduler.later(READ_AFTER_SECONDS, lambda: report_reads(simulation, customer_id))
    if simulation.faults.webhook.drop_statuses:
        return
    error_code = UNDELIVERABLE if status == "failed" else None
    value = meta_json.status_value(state.customer(customer_id), message, status, state.now(), error_code)
    if wait:
        body = encode(meta_json.webhook(simulation.settings, value))
        simulation.sender.send_and_wait(body, STATUS_WAIT_SECONDS)
    else:
        simulation.post_webhook(value)
