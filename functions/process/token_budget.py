"""What the assistant may use in a day over all customers: counted here, for whoever is about to ask OpenAI.

The day is the business's own. Each process adds up what it used and writes that down every few seconds, so that
many customers at once do not all write one document. What is not written yet (one call and a hundredth of the bound
at most) is lost with a process that dies; one that fell idle counts it with its next call, even on the next day.
"""

import datetime as dt
import threading
import zoneinfo
from collections.abc import Callable

from shared.errors import AssistantError
from shared.kept import Kept
from shared.log import logger
from shared.model.business import BusinessSettings
from shared.store.facts import Facts

WRITE_EVERY = dt.timedelta(seconds=5)
HELD_BACK = 100  # the share of the bound that one process may hold back unwritten is one in so many
READ_SECONDS = 10.0
STEPS = (100, 80, 50)  # per cent of which staff are told


class TokenBudget:
    """The tokens used today, against the bound in the business's settings; 0 is none and costs no operation."""

    def __init__(
        self, facts: Facts, business: Callable[[], BusinessSettings], now: Callable[[], dt.datetime]
    ) -> None:
        self._facts, self._business, self._now = facts, business, now
        self._stored = Kept(lambda: facts.tokens(self.day), READ_SECONDS)
        self._lock = threading.Lock()
        self._unwritten = 0
        self._written_at: dt.datetime | None = None
        self._told = ("", 0)

    @property
    def day(self) -> str:
        """Return the business's present day, such as 2026-11-28."""
        return self._local().date().isoformat()

    def spend(self, tokens: int) -> None:
        """Count what a call took; never raises (at most 1 write and 2 reads every 5 s, 1 write at a new notice)."""
        try:
            self._spend(tokens)
        except AssistantError as error:  # the tokens are counted with the next call's
            logger.warning("token_budget", code=error.code)

    def is_used_up(self) -> bool:
        """Tell whether nothing may be asked any more today (1 read every 10 s)."""
        bound = self._bound()
        return bound > 0 and self._facts_today() >= bound

    def _spend(self, tokens: int) -> None:
        bound = self._bound()
        if not bound or tokens <= 0:
            return
        now = self._now()
        with self._lock:
            self._unwritten += tokens
            is_little = self._unwritten * HELD_BACK < bound
            if is_little and self._written_at and now - self._written_at < WRITE_EVERY:
                return
            amount, self._unwritten, self._written_at = self._unwritten, 0, now
        try:
            self._facts.add_tokens(self.day, amount)
        except AssistantError:
            with self._lock:
                self._unwritten += amount
            raise
        self._tell(self._facts.tokens(self.day), bound)

    def _facts_today(self) -> int:
        day, tokens = self._stored()
        if day != self.day:  # kept since before midnight
            tokens = 0
        return tokens + self._unwritten

    def _tell(self, stored: tuple[str, int], bound: int) -> None:
        """Have the dashboard show how much of the budget is gone, at each step once a day."""
        day, tokens = stored
        step = next((step for step in STEPS if tokens * 100 >= bound * step), 0)
        if not step or self._told >= (day, step):
            return
        logger.warning("token_budget_used", per_cent=step)
        midnight = dt.datetime.combine(self._local().date() + dt.timedelta(days=1), dt.time(), self._zone())
        self._facts.set_budget_used(step, midnight)
        self._told = (day, step)

    def _bound(self) -> int:
        return self._business().budget.daily_tokens

    def _zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self._business().business.time_zone)

    def _local(self) -> dt.datetime:
        return self._now().astimezone(self._zone())
