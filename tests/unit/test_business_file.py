"""The business's settings as a file: nothing is lost on the way, and what is wrong is named."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import InvalidError
from shared.model.business import (
    Budget,
    Business,
    BusinessSettings,
    CollectedField,
    FrequentQuestion,
    Inbox,
    Label,
    Link,
    OpeningHours,
    Price,
    SpecialDays,
    business_json,
)
from tools.business.file import HEAD, FileError, read_file, write_file

WHOLE = BusinessSettings(
    business=Business(
        name='L\'Officina: "Aurora" # 1',
        information="Olio\nMiele 🍯\n\n  - biologico: sì\n\tfine",
        questions=[FrequentQuestion(question="Aperti?", answer="no")],
        links=[Link(label="Sito", url="https://example.com/?a=1&b=#c")],
        hours=OpeningHours(
            weekly={"monday": ["09:00-13:00", "15:30-19:30"]},
            special_days=[SpecialDays(day=dt.date(2026, 12, 24), hours=["09:00-13:00"], note="12:30")],
            holidays="NO",
        ),
        tone="2026-12-24",
    ),
    first_contact={"it": "Ciao!", "en": "Hello!"},
    fields=[CollectedField(name="size", label="null", type="choice", choices=["no", "0123", "~", "1e3"])],
    inbox=Inbox(labels=[Label(name="Ordini", color="blue")]),
    budget=Budget(daily_tokens=1000, prices={"gpt-6-luna": Price(input=0.25)}),
)


@pytest.mark.parametrize("settings", [BusinessSettings(), WHOLE], ids=["default", "whole"])
def test_settings_are_the_same_after_a_round_trip(settings: BusinessSettings) -> None:
    assert read_file(write_file(7, settings)) == (7, settings)


def test_head_tells_of_every_key() -> None:
    missing = [name for name in _names(business_json(WHOLE)) if f" {name}" not in HEAD.replace(",", " ")]
    assert missing == []


def test_file_is_readable() -> None:
    text = write_file(1, replace(WHOLE, instructions="Prima riga\nSeconda riga"))
    assert "instructions: |-\n  Prima riga\n  Seconda riga\n" in text


def test_country_whose_code_is_a_word_may_stand_without_quotes() -> None:
    text = write_file(1, WHOLE).replace("holidays: 'NO'", "holidays: NO")
    assert "holidays: NO" in text
    assert read_file(text)[1] == WHOLE


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ("instructions: ''", "", {"instructions"}),
        ("instructions: ''", "instructions: ''\ncolour: green", {"colour"}),
        ("tone: ''", "tones: ''", {"business.tone", "business.tones"}),
        ("version: 7", "version: seven", {"version"}),
        ("version: 7\n", "", {"version"}),
        ("pause_minutes: 0", "pause_minutes: soon", {"handover.pause_minutes"}),
        ("daily_tokens: 0", "daily_tokens: .inf", {"budget.daily_tokens"}),
        ("label: Nome", "label: [a]", {"fields.0.label"}),
        ("label: Nome", "label: true", {"fields.0.label"}),
    ],
)
def test_wrong_key_is_named_by_its_path(before: str, after: str, paths: set[str]) -> None:
    text = write_file(7, BusinessSettings())
    assert before in text
    with pytest.raises(InvalidError) as raised:
        read_file(text.replace(before, after))
    assert raised.value.fields.keys() == paths


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1", "line 1"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key a stands twice"),
        ("a: &a [*a]", "is not YAML"),
        ("? [a]\n: 1", "is not YAML"),
        ("a: \x00", "is not YAML"),
        ("a: !!python/object/apply:os.system ['true']", "is not YAML"),
        ("[" * 5000, "is not YAML"),
    ],
)
def test_what_is_no_yaml_is_refused(text: str, problem: str) -> None:
    with pytest.raises(FileError, match=problem):
        read_file(text)


@pytest.mark.parametrize("text", ["", "# nothing", "- a", "settings", "7"])
def test_yaml_that_is_no_settings_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_file(text)


def _names(content: Any) -> set[str]:
    if isinstance(content, list):
        return {name for part in content for name in _names(part)}
    if not isinstance(content, dict):
        return set()
    return {str(name) for name in content if name != "gpt-6-luna"} | {
        name for part in content.values() for name in _names(part)
    }
