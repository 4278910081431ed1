"""The "typing…" sign on the customer's phone, kept up while work on the answer goes on."""

import threading
from types import TracebackType
from typing import Self

from functions.process.runtime import WhatsAppClient

REPEAT_SECONDS = 20.0  # WhatsApp takes the sign away after 25 s


class TypingIndicator:
    """Shows "typing…" (and the blue ticks that come with it) from its own thread, so that nobody waits for it."""

    def __init__(self, whatsapp: WhatsAppClient) -> None:
        self._whatsapp = whatsapp
        self._changed = threading.Condition()
        self._whatsapp_id: str | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def show(self, whatsapp_id: str | None) -> None:
        """Mark this message read and show the sign below it, until another is shown or `hide` is called."""
        with self._changed:
            if whatsapp_id == self._whatsapp_id:
                return
            self._whatsapp_id = whatsapp_id
            self._changed.notify()
            if whatsapp_id and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="typing", daemon=True)
                self._thread.start()

    def hide(self) -> None:
        """Stop repeating the sign; the answer itself takes it off the customer's screen."""
        self.show(None)

    def _run(self) -> None:
        shown: str | None = None
        while True:
            with self._changed:
                if self._closed:
                    return
                if self._whatsapp_id in (None, shown):
                    due = not self._changed.wait(REPEAT_SECONDS) and self._whatsapp_id is not None
                    if not due:
                        shown = shown if self._whatsapp_id == shown else None
                        continue
                shown = self._whatsapp_id
            if shown:
                self._whatsapp.mark_read(shown, typing=True)
