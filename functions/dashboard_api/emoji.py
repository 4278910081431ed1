"""What one emoji is, as unicode.org/reports/tr51 builds them: what WhatsApp takes as a reaction."""

import re

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f004-\U0001f1e5\U0001f201-\U0001faff]"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_SUBDIVISION = "[\U000e0020-\U000e007e]+\U000e007f"  # of England, say, behind a black flag
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_ONE = f"(?:{_FLAG}|{_KEYCAP}|{_PICTURE}(?:\ufe0f|{_TONE})?(?:{_SUBDIVISION})?)"
_EMOJI = re.compile(f"{_ONE}(?:\u200d{_ONE})*")


def is_emoji(text: str) -> bool:
    """Tell whether a text is one emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None
