"""What OpenAI took in a day over all customers: counted by model, and bounded by the business's budget.

The day is the business's own. Each process adds up what it used and writes that down every few seconds (once a
minute where nothing is bounded), so that many customers at once do not all write one document. What is not written
yet is written when the process is told to end; with one that dies it is lost (one call and a hundredth of the bound
at most). A process that fell idle counts it with its next call, even on the next day.
"""

import datetime as dt
import threading
import zoneinfo
from collections.abc import Callable

from shared.errors import AssistantError
from shared.kept import Kept
from shared.log import logger
from shared.model.business import BusinessSettings
from shared.model.prices import priced
from shared.model.usage import Usage, total
from shared.store.facts import Facts

WRITE_EVERY = dt.timedelta(seconds=5)
WRITE_EVERY_UNBOUNDED = dt.timedelta(minutes=1)
HELD_BACK = 100  # the share of the bound that one process may hold back unwritten is one in so many
READ_SECONDS = 10.0
STEPS = (100, 80, 50)  # per cent of which staff are told


class TokenBudget:
    """What was used today, against the bound in the business's settings; 0 is none, and costs a write a minute."""

    def __init__(
        self, facts: Facts, business: Callable[[], BusinessSettings], now: Callable[[], dt.datetime]
    ) -> None:
        self._facts, self._business, self._now = facts, business, now
        self._stored = Kept(lambda: facts.tokens(self.day), READ_SECONDS)
        self._lock = threading.Lock()
        self._unwritten: dict[str, Usage] = {}
        self._is_ending = False
        self._written_at: dt.datetime | None = None
        self._told = ("", 0)

    @property
    def day(self) -> str:
        """Return the business's present day, such as 2026-11-28."""
        return self._local().date().isoformat()

    def spend(self, usage: Usage) -> None:
        """Count what a call took; never raises.

        At most 1 write a minute; with a bound 1 write and 2 reads every 5 s, and 1 write at a new notice.
        """
        self._safely(lambda: self._spend(usage))

    def flush(self) -> None:
        """Write down what is left, and from now on each call at once: the process ends; never raises."""
        self._is_ending = True
        self._safely(self._write)

    def priced(self, usage: Usage) -> Usage:
        """Return tokens with what they cost today."""
        return priced(usage, self._business().budget.prices, self._local().date())

    def is_used_up(self) -> bool:
        """Tell whether nothing may be asked any more today (1 read every 10 s)."""
        bound = self._bound()
        return bound > 0 and self._facts_today() >= bound

    def _safely(self, count: Callable[[], object]) -> None:
        try:
            count()
        except AssistantError as error:  # the tokens are counted with the next call's
            logger.warning("token_budget", code=error.code)

    def _spend(self, usage: Usage) -> None:
        if usage.tokens <= 0:
            return
        spent = self.priced(usage)
        with self._lock:
            self._keep(spent)
            if self._may_wait():
                return
        if self._write() and (bound := self._bound()):
            self._tell(self._facts.tokens(self.day), bound)

    def _may_wait(self) -> bool:
        if self._is_ending or self._written_at is None:
            return False
        bound, waited = self._bound(), self._now() - self._written_at
        if not bound:
            return waited < WRITE_EVERY_UNBOUNDED
        return waited < WRITE_EVERY and self._held_back() * HELD_BACK < bound

    def _write(self) -> bool:
        with self._lock:
            written, self._unwritten, self._written_at = self._unwritten, {}, self._now()
        if not written:
            return False
        try:
            self._facts.add_usage(self.day, list(written.values()))
        except AssistantError:
            with self._lock:
                for usage in written.values():
                    self._keep(usage)
            raise
        return True

    def _keep(self, spent: Usage) -> None:
        kept = self._unwritten.get(spent.model)
        self._unwritten[spent.model] = total(kept, spent) if kept else spent

    def _held_back(self) -> int:
        return sum(usage.tokens for usage in list(self._unwritten.values()))

    def _facts_today(self) -> int:
        day, tokens = self._stored()
        if day != self.day:  # kept since before midnight
            tokens = 0
        return tokens + self._held_back()

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
