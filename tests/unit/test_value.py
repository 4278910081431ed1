"""Values of the model: checked when they are made, and never changed in place."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from pydantic import ValidationError

from shared.model.message import Media
from shared.model.usage import Usage


@pytest.mark.parametrize("kind", [Media, Usage])
def test_field_that_does_not_exist_is_refused(kind: Any) -> None:
    with pytest.raises(ValidationError, match="unexpected_keyword_argument"):
        kind(misspelt="a")


def test_wrong_type_is_refused_also_by_replace() -> None:
    wrong: Any = "many"
    with pytest.raises(ValidationError, match="int_parsing"):
        replace(Usage(), input_tokens=wrong)


def test_value_cannot_be_changed_in_place() -> None:
    usage: Any = Usage()
    with pytest.raises(FrozenInstanceError):
        usage.input_tokens = 1
