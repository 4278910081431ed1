"""What counts as one emoji."""

import pytest

from functions.dashboard_api.emoji import is_emoji


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "👍🏽",
        "❤️",
        "❤",
        "↔️",
        "‼️",
        "\u2139\ufe0f",
        "◽",
        "1️⃣",
        "#⃣",
        "🇮🇹",
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚀",
        "❤️‍🔥",
        "🤷🏽‍♂️",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "🏳️‍🌈",
        "🫶",
    ],
)
def test_one_emoji_is_one(text: str):
    assert is_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!",
        "a",
        "1",
        "#",
        "°",
        "─",
        " ",
        "👍 ",
        "👍👍",
        "👍a",
        "\ufe0f",
        "\u200d",
        "👍\u200d",
        "🇮",
        "+",
        "∞",
        "\u202e👍",
    ],
)
def test_anything_else_is_none(text: str):
    assert not is_emoji(text)
