"""Fixed texts, one file per language; where the form of address makes a difference, an entry holds both.

The forms are called by Italian's: `lei` is the polite one of every language (usted, vous, Sie), `tu` the familiar
one.
"""

import json
from functools import cache
from importlib.resources import files

from shared.settings import AddressForm, Language


def text(key: str, language: Language, form: AddressForm = "lei") -> str:
    """Return a fixed text; raises KeyError for a key that no language has."""
    entry = _texts(language)[key]
    return entry if isinstance(entry, str) else entry[form]


@cache
def _texts(language: Language) -> dict[str, str | dict[AddressForm, str]]:
    content = files(__name__).joinpath(f"{language}.json").read_text(encoding="utf-8")
    texts: dict[str, str | dict[AddressForm, str]] = json.loads(content)
    return texts
