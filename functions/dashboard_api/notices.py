"""What every member of staff should know now, looked up at most every 30 seconds."""

import threading
import time
from typing import Any

from shared.store.store import Store

KEEP_SECONDS = 30.0
TOKEN_REFUSED = {
    "code": "token_refused",
    "message": "WhatsApp refuses the access token: nothing can be sent until it is replaced.",
}


class NoticeBoard:
    """Facts about the whole installation; every browser asks every few seconds, so they are kept a while."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._notices: list[dict[str, Any]] = []

    def notices(self) -> list[dict[str, Any]]:
        """Return the notices (1 read every 30 s)."""
        with self._lock:
            now = time.monotonic()
            if self._read_at is None or now - self._read_at > KEEP_SECONDS:
                token = self._store.get_state("token")
                self._notices = [TOKEN_REFUSED] if token and token.get("refused") else []
                self._read_at = now
            return self._notices
