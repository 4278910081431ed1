"""The numbers of the day, added up in a process and written now and then, so that a turn costs no write more."""

import datetime as dt
import threading
import zoneinfo
from collections import defaultdict
from collections.abc import Callable

from shared.errors import AssistantError
from shared.log import logger
from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.model.day_counts import DayCounts, counted
from shared.model.turn import Change
from shared.store.stats import Stats

WRITE_EVERY = dt.timedelta(minutes=1)


class Tally:
    """What this process did and has not written yet; at most 1 write every `write_every`, for all customers.

    What is left is written when the process is told to end; with one that is killed, a minute's numbers are lost.
    """

    def __init__(
        self,
        stats: Stats,
        business: Callable[[], BusinessSettings],
        now: Callable[[], dt.datetime],
        write_every: dt.timedelta = WRITE_EVERY,
    ) -> None:
        self._stats, self._business, self._now, self._write_every = stats, business, now, write_every
        self._lock = threading.Lock()
        self._unwritten: defaultdict[str, DayCounts] = defaultdict(DayCounts)
        self._written_at = now()

    def count(self, before: Contact, change: Change) -> None:
        """Count a change of a contact that was written; never raises."""
        now, zone = self._now(), zoneinfo.ZoneInfo(self._business().business.time_zone)
        day = now.astimezone(zone).date()
        said = before.last_inbound
        counts = counted(before, change, now, is_new_day=said is None or said.at.astimezone(zone).date() < day)
        if not counts:
            return
        with self._lock:
            self._unwritten[day.isoformat()].update(counts)
            if now - self._written_at < self._write_every:
                return
            self._written_at = now
        self.flush()

    def flush(self) -> None:
        """Write what is left (1 write a day that it is of); what cannot be written is kept; never raises."""
        with self._lock:
            written, self._unwritten = self._unwritten, defaultdict(DayCounts)
        for day, counts in written.items():
            try:
                self._stats.add(day, counts)
            except AssistantError as error:
                logger.warning("stats", code=error.code)
                with self._lock:
                    self._unwritten[day].update(counts)
