"""Fixed texts, one file per language."""

import json
from functools import cache
from importlib.resources import files

from shared.settings import Language


def text(key: str, language: Language) -> str:
    """Return a fixed text; raises KeyError for a key that no language has."""
    return _texts(language)[key]


@cache
def _texts(language: Language) -> dict[str, str]:
    content = files(__name__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    texts: dict[str, str] = json.loads(content)
    return texts
