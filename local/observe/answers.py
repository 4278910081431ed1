"""What reached the customers' phones, watched while it happens.

Every line that a simulated customer writes begins with a token of its own, and the simulated assistant quotes
each line it answers when it is told to (`OpenAI.quote_messages`); so what the phones got tells which messages were
answered, how often and in which order.
"""

import re
import threading
import time

import requests

from local.stack.simulators import Phone, Sent

TOKEN = re.compile(r"\bk\d{3}m\d{4}(?:r\d{2})?\b")


def token(customer: int, message: int, row: int | None = None) -> str:
    """Return the token of a message, or of one of its lines."""
    return f"k{customer:03}m{message:04}" + ("" if row is None else f"r{row:02}")


class Answers:
    """A thread that looks at what was sent every `look_seconds`, from `start` to `stop`."""

    def __init__(self, phone: Phone, look_seconds: float) -> None:
        self._phone = phone
        self._look_seconds = look_seconds
        self._first: dict[str, Sent] = {}
        self._sent: list[Sent] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> list[Sent]:
        """Look a last time, and return all that was sent."""
        self._stopped.set()
        self._thread.join()
        self._look()
        return self._sent

    def has(self, tokens: tuple[str, ...]) -> bool:
        """Tell whether all of these were quoted."""
        return all(token in self._first for token in tokens)

    def wait(self, token: str, seconds: float) -> Sent | None:
        """Return the first message that quotes a token, None when none does in so many seconds."""
        until = time.monotonic() + seconds
        while token not in self._first and time.monotonic() < until:
            time.sleep(self._look_seconds)
        return self._first.get(token)

    def _run(self) -> None:
        while not self._stopped.wait(self._look_seconds):
            try:
                self._look()
            except requests.RequestException:  # a busy machine; the next look sees as much
                continue

    def _look(self) -> None:
        new = self._phone.sent(since=len(self._sent))
        self._sent += new
        for sent in new:
            for found in TOKEN.findall(sent.text):
                self._first.setdefault(found, sent)
