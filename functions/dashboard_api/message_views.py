"""The JSON that the dashboard reads of a message: a bubble of the chat. Pure functions."""

from typing_extensions import TypedDict

from functions.dashboard_api.times import time_text, time_text_if_any
from shared.model.message import (
    Author,
    Direction,
    Media,
    MediaState,
    Message,
    Pricing,
    Problem,
    Quoted,
    Referral,
    StaffReaction,
)
from shared.model.usage import Usage
from shared.model.visible import visible


class ProblemView(TypedDict):
    """Why something failed."""

    code: str
    message: str


class MediaView(TypedDict):
    """The file of a message; `url` is there once it is stored, `on_demand` one waits until staff ask for it."""

    mime_type: str
    filename: str | None
    size: int | None
    seconds: float | None
    voice: bool
    animated: bool
    state: MediaState
    on_demand: bool
    error: ProblemView | None
    url: str | None


class QuotedView(TypedDict):
    """The message that a message answers to; `id` is None when we do not have it."""

    id: str | None
    author: str
    kind: str
    text: str


class ReferralView(TypedDict):
    """The advertisement that brought the customer here."""

    headline: str | None
    body: str | None
    source_url: str | None
    source_type: str | None


class EarlierView(TypedDict):
    """A text that the message had before it was edited."""

    text: str
    until: str


class UsageView(TypedDict):
    """Tokens that the model took, and what they cost in dollars; None where the price is not known."""

    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: float | None


class StaffReactionView(TypedDict):
    """What staff reacted with, and why it did not arrive."""

    emoji: str
    author: str | None
    error: ProblemView | None


class PricingView(TypedDict):
    """What WhatsApp charges for a message: by which category, and whether it does."""

    category: str
    billable: bool


class MessageView(TypedDict):
    """A bubble of the chat."""

    id: str
    client_message_id: str | None
    conversation_id: str
    direction: Direction
    author: Author
    author_name: str | None
    kind: str
    text: str
    cut: int
    status: str
    statuses: dict[str, str]
    error: ProblemView | None
    media: MediaView | None
    transcript: str | None
    quoted: QuotedView | None
    forwarded: bool
    in_group: bool
    referral: ReferralView | None
    reaction: str | None
    staff_reaction: StaffReactionView | None
    earlier: list[EarlierView]
    edited_at: str | None
    revoked_at: str | None
    choices: list[str]
    template: str | None
    usage: UsageView | None
    pricing: PricingView | None
    at: str
    created_at: str | None
    updated_at: str | None


def message_view(message: Message) -> MessageView:
    """Return a bubble of the chat."""
    return {
        "id": message.id,
        "client_message_id": message.client_message_id,
        "conversation_id": message.contact_id,
        "direction": message.direction,
        "author": message.author,
        "author_name": message.author_name,
        "kind": message.kind,
        "text": message.text,
        "cut": message.cut,
        "status": message.shown_status,
        "statuses": {status: time_text(at) for status, at in message.statuses.items()},
        "error": _problem_view(message.error),
        "media": _media_view(message.media, message.id) if message.media else None,
        "transcript": message.transcript,
        "quoted": _quoted_view(message.quoted) if message.quoted else None,
        "forwarded": message.forwarded,
        "in_group": message.in_group,
        "referral": _referral_view(message.referral) if message.referral else None,
        "reaction": message.reaction.emoji if message.reaction and message.reaction.emoji else None,
        "staff_reaction": _staff_reaction_view(message.staff_reaction),
        "earlier": [{"text": text.text, "until": time_text(text.until)} for text in message.earlier],
        "edited_at": time_text_if_any(message.edited_at),
        "revoked_at": time_text_if_any(message.revoked_at),
        "choices": message.choices,
        "template": message.template["name"] if message.template else None,
        "usage": usage_view(message.usage) if message.usage else None,
        "pricing": _pricing_view(message.pricing) if message.pricing else None,
        "at": time_text(message.at),
        "created_at": time_text_if_any(message.created_at),
        "updated_at": time_text_if_any(message.updated_at),
    }


def usage_view(usage: Usage) -> UsageView:
    """Return what an answer, or all answers to a customer, took."""
    return {
        "model": usage.model,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost": usage.cost,
    }


def _staff_reaction_view(reaction: StaffReaction | None) -> StaffReactionView | None:
    """Return what staff see of their reaction: nothing of one that was taken back, unless that failed."""
    if reaction is None or not (reaction.emoji or reaction.error):
        return None
    return {"emoji": reaction.emoji, "author": reaction.author, "error": _problem_view(reaction.error)}


def _pricing_view(pricing: Pricing) -> PricingView:
    return {"category": pricing.category, "billable": pricing.billable}


def _problem_view(problem: Problem | None) -> ProblemView | None:
    return {"code": problem.code, "message": problem.message} if problem else None


def _media_view(media: Media, message_id: str) -> MediaView:
    return {
        "mime_type": media.mime_type,
        "filename": visible(media.filename or "") or None,
        "size": media.size,
        "seconds": media.seconds,
        "voice": media.voice,
        "animated": media.animated,
        "state": media.state,
        "on_demand": media.on_demand,
        "error": _problem_view(media.error),
        "url": f"/api/media/{message_id}" if media.state == "stored" else None,
    }


def _quoted_view(quoted: Quoted) -> QuotedView:
    return {"id": quoted.id, "author": quoted.author, "kind": quoted.kind, "text": quoted.text}


def _referral_view(referral: Referral) -> ReferralView:
    return {
        "headline": referral.headline,
        "body": referral.body,
        "source_url": referral.source_url,
        "source_type": referral.source_type,
    }
