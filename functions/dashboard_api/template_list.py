"""The account's templates, asked for at most every five minutes."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.errors import RemoteError
from shared.log import logger
from shared.whatsapp.templates import Template, read_template

KEEP_SECONDS = 300.0
KEEP_OLD_SECONDS = 3600.0  # as long as WhatsApp does not answer
PAUSE_SECONDS = 30.0  # after a failure, before WhatsApp is asked again

Fetch = Callable[[], Iterable[Mapping[str, Any]]]


class TemplateList:
    """Keeps the templates that can be sent; `fetch` asks WhatsApp, `clock` counts seconds."""

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._templates: list[Template] = []
        self._read_at: float | None = None
        self._ask_at = clock()

    def templates(self) -> list[Template]:
        """Return the templates by name and language; raises RemoteError when none could be had for an hour."""
        with self._lock:
            if self._clock() >= self._ask_at:
                self._refresh()
            return self._templates

    def find(self, name: str, language: str) -> Template | None:
        """Look a template up by its name and the code of its language, like `it` or `en_US`."""
        found = (item for item in self.templates() if (item.name, item.language) == (name, language))
        return next(found, None)

    def _refresh(self) -> None:
        try:
            read = [read_template(item) for item in self._fetch()]
        except RemoteError as error:
            logger.warning("templates", remote_code=error.remote_code)
            if self._read_at is None or self._clock() - self._read_at > KEEP_OLD_SECONDS:
                raise
            self._ask_at = self._clock() + PAUSE_SECONDS
            return
        usable = [template for template in read if template]
        self._templates = sorted(usable, key=lambda template: (template.name, template.language))
        self._read_at = self._clock()
        self._ask_at = self._read_at + KEEP_SECONDS
        logger.info("templates", offered=len(usable), left_out=len(read) - len(usable))
