"""Values of each type: read as people write them, kept in one spelling."""

import pytest

from shared.model.business import CollectedField, FieldType
from shared.model.field_value import folded, normal_value


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  via   Roma 3 ", "via Roma 3"),
        ("text", "x" * 121, None),
        ("number", "1.250,50", "1250.5"),
        ("number", "1,250.50", "1250.5"),
        ("number", "1.250", "1250"),
        ("number", "1.250.000", "1250000"),
        ("number", "0.250", "0.25"),
        ("number", "12,5", "12.5"),
        ("number", "-3", "-3"),
        ("number", "007", "7"),
        ("number", "tre", None),
        ("number", "1e5", None),
        ("date", "2026-03-12", "2026-03-12"),
        ("date", "12/3/2026", "2026-03-12"),
        ("date", "31.02.2026", None),
        ("date", "domani", None),
        ("email", "Paola@ACME.it", "Paola@acme.it"),
        ("email", "paola at acme", None),
        ("phone", "+39 333 123 4567", "+393331234567"),
        ("phone", "0039 333 1234567", "+393331234567"),
        ("phone", "333.123.4567", "3331234567"),
        ("phone", "12345", None),
        ("phone", "chiamami", None),
        ("vat", "IT 01234567897", "IT01234567897"),
        ("vat", "0123 4567 897", "01234567897"),
        ("vat", "01234567890", None),
        ("vat", "00000000000", None),
        ("vat", "de123456789", "DE123456789"),
        ("vat", "ATU12345678", "ATU12345678"),
        ("vat", "FR AB 123456789", "FRAB123456789"),
        ("vat", "DE12345", None),
        ("vat", "ZZ123456789", None),
    ],
)
def test_value_is_kept_in_one_spelling_or_not_at_all(kind: FieldType, given: str, kept: str | None) -> None:
    assert normal_value(CollectedField(name="x", label="X", type=kind), given) == kept


def test_choice_is_one_of_its_choices() -> None:
    field = CollectedField(name="x", label="X", type="choice", choices=["Sì", "No"])
    assert [normal_value(field, given) for given in ("si", "SÌ", "no", "forse")] == ["Sì", "Sì", "No", None]


def test_folded_letters_are_compared() -> None:
    assert folded("Nicolò ŁØ ß") == folded("NICOLO lo SS")
