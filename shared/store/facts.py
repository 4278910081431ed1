"""Facts about the whole installation, such as a refused access token, in the collection `state`."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from google.cloud import firestore

from shared.model.ids import hashed
from shared.model.usage import Usage
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import usage_from
from shared.store.expiry import delete_expired

Searched = Literal["contacts", "messages"]
_WORDS: dict[Searched, str] = {"contacts": "search", "messages": "message_search"}
TOKENS_KEPT = dt.timedelta(days=400)  # since the day began: a small document a day, for figures of a year


@dataclass(frozen=True)
class TokenState:
    """Whether WhatsApp refuses our access token, and what it says."""

    refused: bool
    message: str = ""


@dataclass(frozen=True)
class OpenAIState:
    """What OpenAI says about our account and the models in use.

    `unpaid` is its code while it wants to be paid first; `shutdowns` maps a model to the day on which it is
    switched off, to be looked up again at `look_next`. `budget_used` is how much of the day's tokens is gone, in
    per cent, which ends at `budget_until`. `lacks` is the route of OpenAI's API that the server does not have.
    """

    unpaid: str = ""
    shutdowns: Mapping[str, str] = field(default_factory=dict)
    look_next: dt.datetime | None = None
    budget_used: int = 0
    budget_until: dt.datetime | None = None
    lacks: str = ""


@dataclass(frozen=True)
class WordsState:
    """In which version all documents have their words to be searched by, and up to which id they have the next."""

    version: int
    after: str = ""


class Facts:
    """Facts about the whole installation, by name."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("state")

    def check(self) -> None:
        """Read a document that does not exist, to see that the database answers (1 read)."""
        with firestore_errors():
            self._collection.document("health").get(retry=None, timeout=2.0)

    def token(self) -> TokenState:
        """Tell whether the access token is refused (1 read)."""
        with firestore_errors():
            snapshot = self._collection.document("token").get(timeout=READ_SECONDS)
        stored = (snapshot.to_dict() if snapshot.exists else None) or {}
        return TokenState(bool(stored.get("refused")), str(stored.get("message") or ""))

    def set_token(self, state: TokenState) -> None:
        """Note whether the access token is refused (1 write)."""
        fields = {"refused": state.refused, "message": state.message, "updated_at": firestore.SERVER_TIMESTAMP}
        with firestore_errors():
            self._collection.document("token").set(fields, timeout=WRITE_SECONDS)

    def words_given(self, to: Searched = "contacts") -> WordsState:
        """Tell how far contacts, or messages, have got their words (1 read)."""
        with firestore_errors():
            snapshot = self._collection.document(_WORDS[to]).get(timeout=READ_SECONDS)
        stored = (snapshot.to_dict() if snapshot.exists else None) or {}
        return WordsState(int(stored.get("version") or 0), str(stored.get("after") or ""))

    def set_words_given(self, state: WordsState, to: Searched = "contacts") -> None:
        """Note how far contacts, or messages, have got their words (1 write)."""
        fields = {"version": state.version, "after": state.after, "updated_at": firestore.SERVER_TIMESTAMP}
        with firestore_errors():
            self._collection.document(_WORDS[to]).set(fields, timeout=WRITE_SECONDS)

    def openai(self) -> OpenAIState:
        """Return what OpenAI said last about our account and models (1 read)."""
        with firestore_errors():
            snapshot = self._collection.document("openai").get(timeout=READ_SECONDS)
        stored = (snapshot.to_dict() if snapshot.exists else None) or {}
        unpaid, shutdowns = str(stored.get("unpaid") or ""), dict(stored.get("shutdowns") or {})
        return OpenAIState(
            unpaid,
            shutdowns,
            stored.get("look_next"),
            int(stored.get("budget_used") or 0),
            stored.get("budget_until"),
            str(stored.get("lacks") or ""),
        )

    def set_unpaid(self, code: str) -> None:
        """Note why OpenAI wants to be paid first, empty when it does not (1 write)."""
        self._note_openai({"unpaid": code})

    def set_lacks(self, route: str) -> None:
        """Note which route of OpenAI's API the server does not have, empty when it has all (1 write)."""
        self._note_openai({"lacks": route})

    def set_shutdowns(self, shutdowns: Mapping[str, str], look_next: dt.datetime) -> None:
        """Note which of the models in use are switched off, and when to look again (1 write)."""
        self._note_openai({"shutdowns": dict(shutdowns), "look_next": look_next})

    def set_budget_used(self, per_cent: int, until: dt.datetime) -> None:
        """Note how much of the day's tokens is gone, and when the day ends (1 write)."""
        self._note_openai({"budget_used": per_cent, "budget_until": until})

    def tokens(self, day: str) -> tuple[str, int]:
        """Return a day and the tokens counted on it (1 read)."""
        with firestore_errors():
            snapshot = self._collection.document(f"tokens-{day}").get(timeout=READ_SECONDS)
        stored = (snapshot.to_dict() if snapshot.exists else None) or {}
        return day, int(stored.get("tokens") or 0)

    def usage_of(self, days: Iterable[str]) -> dict[str, list[Usage]]:
        """Return what all calls of days took, by model, with the money as it was known then, in one round trip.

        Costs 1 read a day; days without any are left out.
        """
        with firestore_errors():
            references = [self._collection.document(f"tokens-{day}") for day in days]
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        stored = {snapshot.id: snapshot.to_dict() or {} for snapshot in snapshots if snapshot.exists}
        return {
            name.removeprefix("tokens-"): [usage_from(each) for each in (of.get("models") or {}).values()]
            for name, of in stored.items()
        }

    def add_usage(self, day: str, spent: Sequence[Usage]) -> None:
        """Count on a day what calls took, one for each model (1 write)."""
        ends = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC) + TOKENS_KEPT
        fields = {
            "tokens": firestore.Increment(sum(each.tokens for each in spent)),
            # A model's name may hold what no field's name may.
            "models": {hashed("model", each.model): _increments(each) for each in spent},
            "expire_at": ends,
        }
        with firestore_errors():
            self._collection.document(f"tokens-{day}").set(fields, merge=True, timeout=WRITE_SECONDS)

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete counts past their time, as the TTL policy does in the cloud; return how many."""
        return delete_expired(self._client, self._collection, now, limit)

    def _note_openai(self, fields: dict[str, Any]) -> None:
        fields = {**fields, "updated_at": firestore.SERVER_TIMESTAMP}
        with firestore_errors():
            # By field, so that a map is replaced and not merged; the stubs know of `True` only.
            self._collection.document("openai").set(
                fields,
                merge=list(fields),  # type: ignore[arg-type]
                timeout=WRITE_SECONDS,
            )


def _increments(spent: Usage) -> dict[str, Any]:
    counts = {name: getattr(spent, name) for name in ("input_tokens", "cached_tokens", "output_tokens", "cost")}
    return {
        "model": spent.model,
        **{name: firestore.Increment(count) for name, count in counts.items() if count is not None},
    }
