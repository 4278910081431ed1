"""What a run does: how long, how many customers, which failures and how often."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.stack.configuration import ROOT

NO_LIMITS = {"RATE_PER_MINUTE": "0", "RATE_PER_DAY": "0"}
# The product's own time-outs, in its own order, but short: what takes minutes takes seconds.
SHORT_TIMES = {
    **NO_LIMITS,
    "BURST_WINDOW_SECONDS": "0.5",
    "OPENAI_TIMEOUT_SECONDS": "3",
    "FUNCTION_TIMEOUT_SECONDS": "14",
    "TASK_DEADLINE_SECONDS": "15",
    "LEASE_SECONDS": "6",
    "UNKNOWN_SEND_SECONDS": "6",
    "SWEEP_SECONDS": "10",
}
QUEUE_OPTIONS = ("--max-attempts", "-1", "--min-backoff", "0.2", "--max-backoff", "5")
WEBHOOK_DUPLICATES = 0.2
WEBHOOK_OUT_OF_ORDER = 0.1
TASK_DUPLICATES = 0.05
OPENAI_FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "server_error"},
    {"kind": "rate_limit", "retry_after": 1},
    {"kind": "rate_limit"},
    {"kind": "timeout"},
    {"kind": "processed_then_timeout"},
    {"kind": "connection_reset"},
    {"kind": "truncated_json"},
    {"kind": "dangling_tool_call"},
    {"kind": "conversation_gone"},
    {"kind": "two_messages"},
    {"kind": "failed_server_error"},
    {"kind": "failed_rate_limit"},
    {"kind": "empty"},
    {"kind": "reasoning_only"},
)
WHATSAPP_FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "500"},
    {"fault": "429", "retry_after": 1},
    {"fault": "429_without_retry_after"},
    {"fault": "accepted_then_hang"},
    {"fault": "accepted_then_reset"},
    {"fault": "accepted_then_504"},
    {"fault": "504"},
    {"fault": "truncated_json"},
    {"fault": "hang"},
    {"fault": "reset"},
)


@dataclass(frozen=True)
class Plan:
    """One run; the seed decides what customers do, which calls fail and when the function is killed."""

    seconds: float
    seed: int
    customers: int = 24
    drop_statuses: bool = False
    logs: Path = ROOT / ".local" / "chaos"
    failures: float = 0.1  # of the calls of each remote service
    seconds_between_kills: tuple[float, float] = (1.0, 8.0)  # from the moment the function serves again
    settings: Mapping[str, str] = field(default_factory=lambda: SHORT_TIMES)

    def chance(self, name: str) -> random.Random:
        """Return the source of chance for one part of the run."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - repeatable on purpose

    def openai_faults(self) -> list[dict[str, Any]]:
        """Return the faults that strike OpenAI's calls."""
        return self._rated(OPENAI_FAULTS, "openai")

    def phone_faults(self) -> dict[str, Any]:
        """Return the faults of webhooks, statuses and the Graph API's answers."""
        return {
            "seed": self.chance("webhooks").getrandbits(31),
            "webhook_duplicate": WEBHOOK_DUPLICATES,
            "webhook_out_of_order": WEBHOOK_OUT_OF_ORDER,
            "status_out_of_order": True,
            "drop_statuses": self.drop_statuses,
            "graph": [{**fault, "endpoint": "any"} for fault in self._rated(WHATSAPP_FAULTS, "whatsapp")],
        }

    def _rated(self, faults: tuple[dict[str, Any], ...], name: str) -> list[dict[str, Any]]:
        # Each fault draws for itself, and the first that strikes wins: together they make the wanted share.
        rate = 1 - (1 - self.failures) ** (1 / len(faults))
        chance = self.chance(name)
        return [{**fault, "rate": rate, "seed": chance.getrandbits(31)} for fault in faults]


def waits(plan: Plan) -> Plan:
    """Return the plan that measures how long a bad day makes customers wait, with the time-outs as shipped.

    Eight customers, 5% of each service's calls failing, the function killed every 4 to 9 seconds.
    """
    return replace(plan, customers=8, failures=0.05, seconds_between_kills=(4.0, 9.0), settings=NO_LIMITS)


PRESETS = {"waits": waits}
