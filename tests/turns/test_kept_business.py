"""The business's settings in the process function: read every few seconds, and kept while the store is away."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from shared.errors import StoreUnavailableError
from shared.model.business import Business, BusinessSettings
from shared.store.business import SavedBusiness
from shared.store.kept_business import BUSINESS_SECONDS, STALE_BUSINESS_SECONDS, kept_business
from tests.turns.world import World

pytestmark = pytest.mark.emulator


@dataclass
class Reading:
    """Reads the settings of a world; a test decides the time, and whether the store answers."""

    world: World
    time: float = 1000.0
    reads: int = 0
    away: bool = False
    read: Callable[[], BusinessSettings] = field(init=False)

    def __post_init__(self) -> None:
        self._current = self.world.store.business.current
        self.read = kept_business(self.world.store.business, self.world.settings, lambda: self.time)

    def current(self) -> SavedBusiness | None:
        self.reads += 1
        if self.away:
            raise StoreUnavailableError("away")
        return self._current()

    def save(self, seen: int, name: str) -> None:
        settings = BusinessSettings(business=Business(name=name))
        now = self.world.clock.now()
        self.world.store.business.save(SavedBusiness(seen + 1, settings, "anna@example.com", now, []))

    @property
    def name(self) -> str:
        return self.read().business.name


@pytest.fixture
def reading(world: World, monkeypatch: pytest.MonkeyPatch) -> Reading:
    made = Reading(world)
    monkeypatch.setattr(world.store.business, "current", made.current)
    return made


def test_settings_begin_with_what_the_environment_tells(world: World) -> None:
    told = {"business_name": "Bottega Aurora", "time_zone": "Europe/Berlin"}
    business = kept_business(world.store.business, world.settings.model_copy(update=told))().business
    assert (business.name, business.time_zone) == ("Bottega Aurora", "Europe/Berlin")


def test_settings_are_read_once_in_five_seconds(reading: Reading) -> None:
    reading.save(0, "one")
    assert [reading.name for _ in range(20)] == ["one"] * 20
    reading.save(1, "two")
    reading.time += BUSINESS_SECONDS - 0.1
    assert (reading.name, reading.reads) == ("one", 1)
    reading.time += 0.1
    assert (reading.name, reading.reads) == ("two", 2)


def test_settings_are_kept_while_the_store_is_away_but_not_for_ever(reading: Reading) -> None:
    reading.save(0, "one")
    assert reading.name == "one"
    reading.away = True
    reading.time += STALE_BUSINESS_SECONDS - 1
    assert reading.name == "one"
    reading.time += 2
    with pytest.raises(StoreUnavailableError):
        reading.read()
