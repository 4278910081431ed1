"""What a staff action works with, and the contact that it is about."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from functions.dashboard_api.notices import Notice, kept_notices
from functions.dashboard_api.templates import Offered, kept_templates
from shared.errors import NotFoundError
from shared.model.business import BusinessSettings
from shared.model.business_defaults import default_business
from shared.model.contact import Contact
from shared.model.ids import is_id
from shared.queue.client import TaskQueue
from shared.queue.tasks import Queue
from shared.settings import DashboardSettings
from shared.store.business import BusinessDocuments
from shared.store.connection import open_client, utc_now
from shared.store.kept_business import kept_business
from shared.store.stats import Stats
from shared.store.store import Store
from shared.store.tally import Tally

NO_SETTINGS = BusinessSettings()
AT_ONCE = dt.timedelta()  # are the numbers of the day written here: staff write seldom, and nothing is left then


@dataclass(frozen=True)
class Desk:
    """What a staff action works with; `templates` is None without an account to ask for them.

    `business` is what the business decided, as of a few seconds ago.
    """

    store: Store
    queue: Queue
    notices: Callable[[], list[Notice]]
    templates: Offered | None = None
    business: Callable[[], BusinessSettings] = BusinessSettings
    default_business: BusinessSettings = NO_SETTINGS  # until somebody saves others
    now: Callable[[], dt.datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep


def open_desk(settings: DashboardSettings) -> Desk:
    """Connect to the store and the queue."""
    client = open_client(settings)
    business = kept_business(BusinessDocuments(client), settings)
    store = Store(client, Tally(Stats(client), business, utc_now, AT_ONCE).count)
    return Desk(
        store=store,
        queue=TaskQueue(settings, settings.process_url),
        notices=kept_notices(store.facts),
        templates=kept_templates(settings) if settings.whatsapp_account_id else None,
        business=business,
        default_business=default_business(settings),
    )


def get_contact(desk: Desk, contact_id: str) -> Contact:
    """Read a contact (1 read); raises NotFoundError."""
    contact = desk.store.contacts.get(possible_contact_id(contact_id))
    if contact is None:
        raise NotFoundError("there is no such conversation")
    return contact


def possible_contact_id(text: str) -> str:
    """Return an id as it is; raises NotFoundError for what cannot be one, and the store may refuse."""
    if not is_id(text):
        raise NotFoundError("there is no such conversation")
    return text
