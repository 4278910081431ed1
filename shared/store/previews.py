"""Previews: what somebody of staff tries on the assistant, and its answer; no customer ever sees either.

In the collection `previews`, by a random id; whoever asked deletes it, and what is left expires.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from google.cloud import firestore

from shared.errors import GoneError
from shared.model.business import BusinessSettings, business_json, stored_business
from shared.model.ids import random_id
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.expiry import delete_expired

# Nobody waits for an answer any longer than this (functions/dashboard_api/preview.py).
WAIT = dt.timedelta(seconds=40)
LIVES = dt.timedelta(hours=1)

Speaker = Literal["customer", "assistant"]


@dataclass(frozen=True)
class PreviewTurn:
    """Something that was said earlier in a preview."""

    role: Speaker
    text: str


@dataclass(frozen=True)
class PreviewQuestion:
    """A message that is tried under these settings, and what was said before it, oldest first."""

    message: str
    turns: Sequence[PreviewTurn]
    settings: BusinessSettings


@dataclass(frozen=True)
class PreviewAnswer:
    """The assistant's answer and its instructions; `problem` is the code of what kept it from answering."""

    text: str
    prompt: str
    problem: str = ""


class Previews:
    """Questions that wait for an answer, and those that got one."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("previews")

    def ask(self, question: PreviewQuestion, now: dt.datetime) -> str:
        """Keep a question and return its id (1 write)."""
        preview_id = random_id()
        document = {
            "message": question.message,
            "turns": [{"role": turn.role, "text": turn.text} for turn in question.turns],
            "settings": business_json(question.settings),
            "asked_at": now,
            "expire_at": now + LIVES,
        }
        with firestore_errors():
            self._collection.document(preview_id).create(document, timeout=WRITE_SECONDS)
        return preview_id

    def question(self, preview_id: str, now: dt.datetime) -> PreviewQuestion | None:
        """Return a question whose answer somebody still waits for (1 read)."""
        with firestore_errors():
            stored = self._collection.document(preview_id).get(timeout=READ_SECONDS).to_dict()
        if stored is None or "answer" in stored or now > stored["asked_at"] + WAIT:
            return None
        return PreviewQuestion(
            message=stored["message"],
            turns=[PreviewTurn(turn["role"], turn["text"]) for turn in stored["turns"]],
            settings=stored_business(stored["settings"]),
        )

    def give(self, preview_id: str, answer: PreviewAnswer) -> None:
        """Keep the answer to a question, if anybody still waits for it (1 write)."""
        fields = {"answer": {"text": answer.text, "prompt": answer.prompt, "problem": answer.problem}}
        try:
            with firestore_errors():
                self._collection.document(preview_id).update(fields, timeout=WRITE_SECONDS)
        except GoneError:
            return

    def answer(self, preview_id: str) -> PreviewAnswer | None:
        """Return the answer as soon as it is there (1 read)."""
        with firestore_errors():
            stored = (
                self._collection.document(preview_id).get(field_paths=["answer"], timeout=READ_SECONDS).to_dict()
            )
        given = (stored or {}).get("answer")
        return PreviewAnswer(given["text"], given["prompt"], given["problem"]) if given else None

    def forget(self, preview_id: str) -> None:
        """Delete a question and its answer (1 write)."""
        with firestore_errors():
            self._collection.document(preview_id).delete(timeout=WRITE_SECONDS)

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete previews that nobody deleted; return how many."""
        return delete_expired(self._client, self._collection, now, limit)
