"""What strangers call themselves: without signs that nobody sees."""

import pytest

from shared.model.visible import visible


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Maria Rossi", "Maria Rossi"),
        ("  Maria\u00a0\n Rossi ", "Maria Rossi"),
        ("fattura\u202egpj.exe", "fatturagpj.exe"),
        ("\u2067Anna\u2069", "Anna"),
        ("An\u200bna\ufeff", "Anna"),
        ("محمد", "محمد"),
        ("मे\u200cरा", "मे\u200cरा"),
        ("👩\u200d🍳 Anna", "👩\u200d🍳 Anna"),
        ("perche\u0301", "perche\u0301"),
        ("😀", "😀"),
        ("\u3164", ""),
        ("\u200b\u200d\u2800", ""),
        ("\u0301", ""),
        (" \t", ""),
        ("", ""),
    ],
)
def test_what_nobody_sees_is_left_out(given: str, shown: str) -> None:
    assert visible(given) == shown
