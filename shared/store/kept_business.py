"""What the business decided, kept for a few seconds, so that a turn or a page does not read it each time."""

import time
from collections.abc import Callable

from shared.kept import Kept
from shared.model.business import BusinessSettings
from shared.model.business_defaults import default_business
from shared.settings import GraphSettings
from shared.store.business import BusinessDocuments

BUSINESS_SECONDS = 5.0  # after which a change of the business's settings is seen
STALE_BUSINESS_SECONDS = 600.0  # that they may be old while the store does not answer


def kept_business(
    documents: BusinessDocuments, settings: GraphSettings, clock: Callable[[], float] = time.monotonic
) -> Callable[[], BusinessSettings]:
    """Return what reads the business's settings, kept for a few seconds (1 read when they are read)."""

    def fetch() -> BusinessSettings:
        stored = documents.current()
        return stored.settings if stored else default_business(settings)

    return Kept(fetch, BUSINESS_SECONDS, stale_seconds=STALE_BUSINESS_SECONDS, clock=clock)
