"""Facts about the whole installation, such as a refused access token, in the collection `state`."""

from dataclasses import dataclass

from google.cloud import firestore

from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors


@dataclass(frozen=True)
class TokenState:
    """Whether WhatsApp refuses our access token, and what it says."""

    refused: bool
    message: str = ""


class Facts:
    """Facts about the whole installation, by name."""

    def __init__(self, client: firestore.Client) -> None:
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
