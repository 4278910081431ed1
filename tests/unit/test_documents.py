"""What documents hold: read by older versions after a rollback, and whatever newer ones left is read here."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.model.contact import Contact
from shared.model.message import Message
from shared.model.turn import freeze
from shared.model.turn_state import Turn
from shared.store.documents import contact_changes, contact_of, message_of

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
MESSAGE: dict[str, Any] = {
    "contact_id": "c",
    "direction": "out",
    "author": "staff",
    "kind": "text",
    "text": "ciao",
    "status": "accepted",
    "at": NOW,
}


def snapshot(**fields: Any) -> Any:
    return SimpleNamespace(id="x", update_time=NOW, to_dict=lambda: fields)


class FirstTurn(BaseModel):
    """The turn as the first released version reads it, which refuses None where it knows none."""

    model_config = ConfigDict(frozen=True)

    id: str
    message_ids: list[str]
    context_ids: list[str] = []
    state: str = "claimed"
    outcome: str = "answered"
    cause: str | None = None
    parts: list[str] = []
    part: int = 0
    tries: int = 0
    check_at: dt.datetime | None = None
    attempts: int = 1
    revision: int = 0
    started_at: dt.datetime
    usage: dict[str, Any] = {}
    choices: list[str] = []
    despite_mute: bool = False


def test_open_turn_is_read_by_the_version_before_after_a_rollback():
    before = Contact(id="c", created_at=NOW, pending=["m"])
    written = contact_changes(before, freeze(before, ["m"], NOW))
    assert FirstTurn.model_validate(written["turn"]).message_ids == ["m"]


@pytest.mark.parametrize(
    ("name", "entry", "source"),
    [
        ("company", {"value": "Acme", "source": "register", "updated_at": NOW}, "assistant"),
        ("fiscal_code", {"value": "RSS", "source": "staff", "updated_at": NOW}, "staff"),
        ("company", {"value": "Acme", "source": "staff", "updated_at": NOW, "confidence": 1}, "staff"),
    ],
    ids=["source", "name", "field"],
)
def test_contact_that_a_newer_version_wrote_is_read(name, entry, source):
    contact = contact_of(snapshot(created_at=NOW, profile={name: entry}, next_year={"a": [1]}))
    assert contact.profile[name].source == source


def test_message_that_a_newer_version_wrote_is_read():
    assert message_of(snapshot(**{**MESSAGE, "status": "scheduled"})).status == "unknown"
    assert message_of(snapshot(**MESSAGE)).status == "accepted"


def test_value_made_here_has_to_be_one_that_is_known():
    with pytest.raises(ValidationError):
        Message(id="m", **{**MESSAGE, "status": "scheduled"})


def test_changes_name_only_what_differs():
    stored = Contact(id="c", created_at=NOW, update_time=NOW, notes="a")
    changed = contact_changes(stored, replace(stored, notes="b"))
    assert {name: value for name, value in changed.items() if name != "updated_at"} == {"notes": "b"}
    assert Turn(id="t", message_ids=[], started_at=NOW).usage.input_tokens == 0
