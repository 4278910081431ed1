"""The cases: what a customer of a small shop writes, and what is expected of the assistant; read strictly."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from local.eval.checks import CheckError, read_check
from shared.errors import InvalidError
from shared.model.business import BusinessSettings, business_json, read_business
from shared.model.business_defaults import default_business
from shared.settings import GraphSettings, Language

CASES = Path(__file__).parent / "cases"
FIELDS = ("first_name", "last_name", "company", "email")
PHONE_PREFIXES = {"it": "39333", "en": "447400", "es": "34612", "fr": "33612", "de": "491512", "pt": "351912"}

Json = dict[str, Any]


class CaseError(Exception):
    """A file of cases is not as it must be; the message names the file and each problem."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Strict):
    """A document that the customer sends; `text` is what is in it."""

    name: str
    text: str = "…"
    caption: str = ""


class Card(_Strict):
    """A contact card that the customer sends."""

    name: str
    phone: str = ""
    email: str = ""
    company: str = ""


def _one_check(given: Any) -> Any:
    try:
        return read_check(given)
    except CheckError as error:
        raise ValueError(str(error)) from None


def _as_said(given: Any) -> Any:
    return {"text": given} if isinstance(given, str) else given


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


CheckList = list[Annotated[Any, BeforeValidator(_one_check)]]
Values = Annotated[list[str], BeforeValidator(_as_list)]


class Said(_Strict):
    """One message of the customer, and what is expected of its answer.

    `fill_to` repeats the text until it has so many characters. `after_minutes` pass before it is written.
    """

    text: str = ""
    fill_to: int = 0
    file: File | None = None
    card: Card | None = None
    after_minutes: float = 1
    expect: CheckList = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Said":
        if sum(map(bool, (self.text, self.file, self.card))) != 1:
            raise ValueError("a message is a text, a file or a card")
        return self


class Case(_Strict):
    """A conversation, and what is expected of it.

    `fields` are the values that must be known at its end, each with its accepted spellings; whatever else is
    collected must stay empty. `meanwhile` are values that may be known on the way. `always` is expected of every
    answer, `expect` of the last one. `now` is the business's clock when the first message arrives.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    about: str
    now: dt.datetime
    business: Json = Field(default_factory=dict)
    known: dict[str, str] = Field(default_factory=dict)
    whatsapp_name: str = "."
    messages: Annotated[list[Annotated[Said, BeforeValidator(_as_said)]], Field(min_length=1)]
    fields: dict[str, Values] | None = None
    meanwhile: dict[str, Values] = Field(default_factory=dict)
    language: Language | None = None
    wants_human: bool | None = None
    always: CheckList = Field(default_factory=list)
    expect: CheckList = Field(default_factory=list)
    spoken: Language  # by the customers of the file
    settings: BusinessSettings = Field(exclude=True)

    @model_validator(mode="after")
    def _names_fields(self) -> "Case":
        known = {each.name for each in self.settings.fields}
        wrong = sorted({*self.known, *(self.fields or {}), *self.meanwhile} - known)
        if wrong:
            raise ValueError(f"no such field: {', '.join(wrong)}")
        return self

    def may_hold(self, name: str) -> list[str]:
        """List the values that may be known of a field at any moment of the conversation."""
        known = [self.known[name]] if name in self.known else []
        return [*(self.fields or {}).get(name, []), *self.meanwhile.get(name, []), *known]


class _Group(_Strict):
    language: Language
    now: dt.datetime
    business: Json = Field(default_factory=dict)
    cases: list[Json]


def read_cases(paths: Sequence[Path], settings: GraphSettings) -> list[Case]:
    """Read files of cases; `settings` give the business that each begins with. Raises CaseError."""
    cases: list[Case] = []
    problems: list[str] = []
    for path in paths:
        try:
            cases += _read_file(path, settings)
        except CaseError as error:
            problems.append(str(error))
    ids = [case.id for case in cases]
    problems += [f"two cases are called {name}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    if problems:
        raise CaseError("\n".join(problems))
    return cases


def shipped_cases() -> list[Path]:
    """List the files of cases that come with the product."""
    return sorted(CASES.glob("*.yaml"))


def _read_file(path: Path, settings: GraphSettings) -> Iterator[Case]:
    try:
        group = _Group.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{path.name}: {error}") from None
    except ValidationError as error:
        raise CaseError(f"{path.name}: {_problems(error)}") from None
    for number, given in enumerate(group.cases, start=1):
        yield _case(group, given, f"{path.name}: {given.get('id', f'case {number}')}", settings)


def _case(group: _Group, given: Json, where: str, settings: GraphSettings) -> Case:
    base = default_business(
        settings.model_copy(update={"default_language": "it" if group.language == "it" else "en"})
    )
    try:
        wanted = merged(merged(business_json(base), group.business), given.get("business") or {})
        business = read_business(wanted)
        return Case.model_validate({"now": group.now, **given, "spoken": group.language, "settings": business})
    except InvalidError as error:
        raise CaseError(f"{where}: {error.message} {error.fields}") from None
    except ValidationError as error:
        raise CaseError(f"{where}: {_problems(error)}") from None


def merged(base: Json, over: Json) -> Json:
    """Return settings with others over them; lists are replaced as a whole."""
    result = dict(base)
    for name, given in over.items():
        old = result.get(name)
        result[name] = merged(old, given) if isinstance(old, dict) and isinstance(given, dict) else given
    return result


def _problems(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'case'}: {item['msg']}" for item in found)
