"""Everything the routes work on, made once per simulator and passed as the first argument."""

import threading
from dataclasses import dataclass, field
from typing import Any, Self

from local.phone_simulator import meta_json
from local.phone_simulator.account import SimulatorSettings
from local.phone_simulator.chats import SimulatorState
from local.phone_simulator.fault_book import FaultBook
from local.phone_simulator.sample_templates import TEMPLATES
from local.phone_simulator.scheduler import Scheduler
from local.phone_simulator.uploads import MediaStore
from local.phone_simulator.webhook_sender import Accepted, WebhookSender, encode

DUPLICATE_SECONDS = (0.0, 0.4)
OUT_OF_ORDER_SECONDS = (0.4, 2.5)

JsonObject = dict[str, Any]


@dataclass
class Simulation:
    """The running simulation; `stopping` ends waits when the server stops."""

    settings: SimulatorSettings
    state: SimulatorState
    media: MediaStore
    faults: FaultBook
    scheduler: Scheduler
    sender: WebhookSender
    auto_read: bool = False
    stopping: threading.Event = field(default_factory=threading.Event)
    calls: list[JsonObject] = field(default_factory=list)
    templates: list[JsonObject] = field(default_factory=lambda: list(TEMPLATES))

    @classmethod
    def create(
        cls, settings: SimulatorSettings, webhook_url: str | None, retry_seconds: float, *, auto_read: bool
    ) -> Self:
        """Return a simulation without customers."""
        state = SimulatorState()
        scheduler = Scheduler()
        sender = WebhookSender(scheduler, settings.app_secret, webhook_url, retry_seconds)
        return cls(settings, state, MediaStore(), FaultBook(), scheduler, sender, auto_read)

    def post_webhook(
        self, value: JsonObject, *, field: str = "messages", accepted: Accepted | None = None
    ) -> JsonObject:
        """Post a webhook, late, twice or out of order when those faults are on; returns its body."""
        payload = meta_json.webhook(self.settings, value, field)
        body = encode(payload)
        faults = self.faults.webhook
        after = faults.webhook_late
        if self.faults.happens(faults.webhook_out_of_order):
            after += self.faults.between(*OUT_OF_ORDER_SECONDS)
        self.sender.send(body, after=after, accepted=accepted)
        if self.faults.happens(faults.webhook_duplicate):
            self.sender.send(body, after=after + self.faults.between(*DUPLICATE_SECONDS), accepted=accepted)
        return payload

    def reset(self) -> None:
        """Go back to the start: no customers, no faults, nothing under way."""
        self.scheduler.reset()
        self.sender.reset()
        self.state.reset()
        self.media.clear()
        self.faults.clear()
        self.calls.clear()
        self.templates = list(TEMPLATES)

    def stop(self) -> None:
        """End every wait and thread."""
        self.stopping.set()
        self.scheduler.stop()
