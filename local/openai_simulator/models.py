"""The models that the simulator offers. Dates are OpenAI's announced ones, as of August 2026."""

from dataclasses import dataclass
from typing import Any

from local.openai_simulator.api_errors import model_not_found

CREATED = 1_780_000_000


@dataclass(frozen=True)
class Model:
    """A model; `efforts` is how much it can think, `context` its window in tokens, `shutdown_date` an ISO date."""

    id: str
    efforts: tuple[str, ...] = ()
    transcribes: bool = False
    context: int = 400_000
    shutdown_date: str | None = None

    @property
    def reasons(self) -> bool:
        """Tell whether the model thinks before it answers."""
        return bool(self.efforts)

    def body(self) -> dict[str, Any]:
        """Return the model as the API shows it."""
        return {
            "id": self.id,
            "object": "model",
            "created": CREATED,
            "owned_by": "system",
            "shutdown_date": self.shutdown_date,
        }


ALL_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
MODELS = {
    model.id: model
    for model in (
        Model("gpt-6-luna", ALL_EFFORTS),
        Model("gpt-6-astra", ALL_EFFORTS),
        Model("gpt-5-mini", ("minimal", "low", "medium", "high"), shutdown_date="2026-12-11"),
        Model("gpt-4.1", context=1_000_000, shutdown_date="2027-01-14"),
        Model("gpt-4.1-mini", context=1_000_000, shutdown_date="2027-01-14"),
        Model("gpt-4o", context=128_000, shutdown_date="2027-01-14"),
        Model("gpt-4o-mini", context=128_000, shutdown_date="2027-01-14"),
        Model("gpt-transcribe", transcribes=True),
        Model("gpt-4o-transcribe", transcribes=True, shutdown_date="2027-02-26"),
        Model("gpt-4o-mini-transcribe", transcribes=True, shutdown_date="2027-02-26"),
        Model("whisper-1", transcribes=True, shutdown_date="2027-02-26"),
    )
}


def model_named(name: str) -> Model:
    """Return the model; raises a 404 ApiError."""
    if name not in MODELS:
        raise model_not_found(name)
    return MODELS[name]
