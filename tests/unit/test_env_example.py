"""`.env.example` and the settings agree: the same names, the same defaults, the same requirements."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from dotenv import dotenv_values
from pydantic.fields import FieldInfo

from local.stack.configuration import DEFAULT_PORTS, DEFAULT_SWEEP_SECONDS
from local.stack.firestore_emulator import SHA256, URL
from shared.settings import CommonSettings, DashboardSettings, ProcessSettings, WebhookSettings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
FUNCTIONS: dict[str, type[CommonSettings]] = {
    "webhook": WebhookSettings,
    "process": ProcessSettings,
    "dashboard_api": DashboardSettings,
}
FIELDS: dict[str, FieldInfo] = {
    name.upper(): field for kind in FUNCTIONS.values() for name, field in kind.model_fields.items()
}
OF_THE_LOCAL_STACK = {**DEFAULT_PORTS, "SWEEP_SECONDS": DEFAULT_SWEEP_SECONDS}
OF_THE_CLIENTS = {"FIRESTORE_EMULATOR_HOST"}
OF_THE_DOWNLOAD = {"FIRESTORE_EMULATOR_URL": URL, "FIRESTORE_EMULATOR_SHA256": SHA256}


class Line(NamedTuple):
    """A variable of the example, and the comment above it."""

    name: str
    value: str
    comment: str


def read_lines() -> Iterator[Line]:
    comment = ""
    for text in EXAMPLE.read_text(encoding="utf-8").splitlines():
        variable = re.fullmatch(r"# ([A-Z][A-Z0-9_]+)=(.*)", text)
        if variable:
            yield Line(variable[1], variable[2], comment)
        else:
            comment = text.removeprefix("# ")


LINES = list(read_lines())
BY_NAME = {line.name: line for line in LINES}


def test_env_example_names_every_variable_once():
    assert sorted(line.name for line in LINES) == sorted(
        {*FIELDS, *OF_THE_LOCAL_STACK, *OF_THE_CLIENTS, *OF_THE_DOWNLOAD}
    )


def test_env_example_copied_as_it_is_sets_nothing():
    assert dotenv_values(EXAMPLE) == {}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_env_example_marks_what_is_required_by_whom(line):
    marked = re.search(r"Required: ([a-z_, ]+)\.$", line.comment)
    needed = [
        function
        for function, kind in FUNCTIONS.items()
        if (field := kind.model_fields.get(line.name.lower())) and field.is_required()
    ]
    assert (marked[1].split(", ") if marked else []) == needed


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_env_example_has_a_comment_and_a_value_for_each_variable(line):
    assert line.comment
    assert line.value


@pytest.mark.parametrize(
    "name", [name for name in FIELDS if not FIELDS[name].is_required() and FIELDS[name].default]
)
def test_env_example_shows_the_default(name):
    default, shown = FIELDS[name].default, BY_NAME[name].value
    assert type(default)(shown) == default


@pytest.mark.parametrize("name", sorted(OF_THE_LOCAL_STACK))
def test_env_example_shows_the_default_of_the_local_stack(name):
    assert float(BY_NAME[name].value) == OF_THE_LOCAL_STACK[name]


@pytest.mark.parametrize("name", sorted(OF_THE_DOWNLOAD))
def test_env_example_shows_what_is_downloaded(name):
    assert BY_NAME[name].value == OF_THE_DOWNLOAD[name]


@pytest.mark.parametrize("name", [name for name in FIELDS if "SecretStr" in repr(FIELDS[name].annotation)])
def test_env_example_makes_up_its_secrets(name):
    assert BY_NAME[name].value == "change-me"
