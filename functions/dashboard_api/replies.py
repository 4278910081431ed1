"""Canned replies: texts that staff send often, each under a word that brings it into the field.

They are read and saved as one list. Whoever sends back the `ETag` that came with it as `If-Match` is told when
somebody else saved meanwhile; without it the list replaces whatever is there.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated

import flask
from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints
from typing_extensions import TypedDict

from functions.dashboard_api.desk import Desk
from shared.errors import ConflictError, InvalidError
from shared.log import logger
from shared.store.optimistic import until_written
from shared.store.replies import StoredReplies, StoredReply
from shared.whatsapp.client import MAX_TEXT_CHARACTERS

MAX_REPLIES = 200


class Reply(BaseModel):
    """A canned reply; all of them together may have 256 KB, as any body."""

    model_config = ConfigDict(extra="forbid")

    shortcut: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,30}$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARACTERS)]


class RepliesBody(RootModel[Annotated[list[Reply], Field(max_length=MAX_REPLIES)]]):
    """All canned replies, in the order in which they are offered; refused ones are named by their place."""


class ReplyView(TypedDict):
    """A canned reply."""

    shortcut: str
    text: str


def list_replies(desk: Desk) -> list[ReplyView]:
    """Return the canned replies, and their `ETag` in the answer's header (1 read)."""
    stored = desk.store.replies.get()
    _tell_tag(stored.replies)
    return _views(stored.replies)


def save_replies(desk: Desk, body: RepliesBody) -> list[ReplyView]:
    """Replace the canned replies (1 read, 1 write).

    Raises InvalidError for a shortcut that is there twice, ConflictError when `If-Match` names others.
    """
    replies = tuple(StoredReply(each.shortcut, each.text) for each in body.root)
    _require_distinct(replies)
    wanted = flask.request.if_match

    def attempt() -> None:
        stored: StoredReplies = desk.store.replies.get()
        if wanted and not wanted.contains_weak(_tag(stored.replies)):
            raise ConflictError("somebody else saved the replies meanwhile; read them again")
        desk.store.replies.put(stored, replies)

    until_written(attempt, desk.sleep)
    logger.info("staff_action", action="replies", count=len(replies))
    _tell_tag(replies)
    return _views(replies)


def _require_distinct(replies: Sequence[StoredReply]) -> None:
    known: set[str] = set()
    problems = {}
    for place, reply in enumerate(replies):
        if reply.shortcut in known:
            problems[str(place)] = "has a shortcut that another one has"
        known.add(reply.shortcut)
    if problems:
        raise InvalidError("Some replies are not valid", problems)


def _views(replies: Sequence[StoredReply]) -> list[ReplyView]:
    return [{"shortcut": each.shortcut, "text": each.text} for each in replies]


def _tell_tag(replies: Sequence[StoredReply]) -> None:
    @flask.after_this_request
    def add(response: flask.Response) -> flask.Response:
        response.set_etag(_tag(replies))
        return response


def _tag(replies: Sequence[StoredReply]) -> str:
    return hashlib.sha256(json.dumps(_views(replies)).encode()).hexdigest()[:32]
