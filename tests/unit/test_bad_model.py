"""What a bad model makes of messages, and what of it is stored: hardly a false value, and every right one."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.model.field_value import folded
from tests.unit.said import kept

RECORDED = Path(__file__).parent / "recorded" / "bad_model.json"
CASES: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
MAX_FALSE_LEFT = 0.10  # of the false values that the model gave


def is_right(given: str, right: str | None) -> bool:
    return right is not None and folded(given.removeprefix("mailto:")).rstrip(".") == folded(right).rstrip(".")


def counted() -> dict[str, int]:
    """Count false values and false addresses before and after the guards, right values, and those that are lost."""
    count = dict.fromkeys(("false", "left", "addresses", "addresses_left", "right", "lost"), 0)
    for case in CASES:
        for said in case["said"]:
            given = {name: value for name, value in said.items() if value}
            found = kept(case["text"], **given)
            for name, value in given.items():
                right = is_right(value, case["right"].get(name))
                left = name in found and not is_right(found[name], case["right"].get(name))
                count["right"] += right
                count["lost"] += right and (name not in found or left)
                count["false"] += not right
                count["left"] += left
                count["addresses"] += name == "email" and not right
                count["addresses_left"] += name == "email" and left
    return count


def test_false_values_of_a_bad_model_are_not_stored() -> None:
    count = counted()
    assert count["false"] >= 60
    assert count["left"] <= MAX_FALSE_LEFT * count["false"], count
    assert count["addresses_left"] == 0, count


def test_right_values_of_a_bad_model_are_not_lost() -> None:
    count = counted()
    assert count["right"] >= 25
    assert count["lost"] == 0, count


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_good_models_values_are_stored_whole(case: dict[str, Any]) -> None:
    assert kept(case["text"], **case["right"]) == case["right"]
