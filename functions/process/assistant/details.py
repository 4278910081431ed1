"""The extraction's schema, made of the fields that the business collects, and what it gives back.

OpenAI's strict mode wants every property required and no defaults, so that what may be missing is null; other
servers leave properties out or give them another type, which never costs the other ones.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, Field, create_model

from shared.model.business import CollectedField
from shared.model.field_value import folded
from shared.model.value import value
from shared.settings import LANGUAGES, Language

# Read by the model, as the schema's description.
_TOLD = "What the customer says in these messages about their own person; null wherever nothing is said."
_HINTS = {
    "text": "as the customer wrote it",
    "number": "in digits",
    "date": "as YYYY-MM-DD",
    "choice": "null unless the customer means one of these",
    "email": "spelled signs read as signs",
    "phone": "with its digits as the customer wrote them",
    "vat": "without blanks",
}
MAX_VALUE_CHARACTERS = 1_000  # of what a model may give, before it is read


@value
class ContactDetails:
    """What a model says that a customer said: values by field, none of them held against the customer's words."""

    values: dict[str, str]
    language: Language | None = None
    wants_human: bool = False
    no_longer: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.values or self.language or self.wants_human or self.no_longer)


def details_schema(fields: Sequence[CollectedField]) -> type[BaseModel]:
    """Return the class that `responses.parse` makes its schema of."""
    return _schema(
        tuple((each.name, each.label, each.type, each.description, tuple(each.choices)) for each in fields)
    )


def read_details(given: str, fields: Sequence[CollectedField]) -> ContactDetails:
    """Read a model's answer; raises ValidationError when it is no JSON object."""
    said = details_schema(fields).model_validate_json(given).model_dump(by_alias=True)
    values = {each.name: said[each.name] for each in fields if said[each.name]}
    return ContactDetails(
        values=values,
        language=said["language"],
        wants_human=said["wants_human"],
        no_longer=tuple(dict.fromkeys(said["no_longer"])),
    )


@lru_cache(maxsize=8)
def _schema(fields: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]) -> type[BaseModel]:
    properties: dict[str, Any] = {}
    for number, (name, label, kind, description, choices) in enumerate(fields):
        about = "; ".join(filter(None, (description or label, _HINTS.get(kind, ""))))
        properties[f"value_{number}"] = (_type_of(kind, choices), _field(about, alias=name))
    properties |= _about_the_message(tuple(name for name, *_ in fields))
    return cast("type[BaseModel]", create_model("ContactDetails", __doc__=_TOLD, **properties))


def _about_the_message(names: tuple[str, ...]) -> dict[str, Any]:
    """Return the properties that every extraction has."""
    named = _one_of(names)
    listed = Annotated[list[named], BeforeValidator(_known_names(names))]  # type: ignore[valid-type]  # made when it runs
    language = Annotated[str | None, BeforeValidator(_language)]
    asked = Annotated[bool, BeforeValidator(lambda given: given is True or given == "true")]
    return {
        "language": (language, _field("ISO 639-1 code of the language of the customer's latest message")),
        "wants_human": (asked, _field("true only if the customer asks to talk to a person", lambda: False)),
        "no_longer": (listed, _field("the fields that the customer takes back, or wants to be deleted", list)),
    }


def _field(about: str, otherwise: Callable[[], Any] = lambda: None, alias: str | None = None) -> Any:
    """Return a property that may be missing; no default is in the schema, since strict mode refuses them."""
    return Field(alias=alias, description=about, default_factory=otherwise)


def _type_of(kind: str, choices: tuple[str, ...]) -> Any:
    if kind == "choice":
        return Annotated[_one_of(choices) | None, BeforeValidator(_chosen(choices))]
    return Annotated[str | None, BeforeValidator(_string)]


def _one_of(words: tuple[str, ...]) -> Any:
    return Literal[tuple(dict.fromkeys(words))] if words else str


def _string(given: Any) -> str | None:
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = f"{given:.15g}" if isinstance(given, float) else str(given)
    if not isinstance(given, str) or len(given) > MAX_VALUE_CHARACTERS:
        return None
    return " ".join(given.split()) or None


def _language(given: Any) -> str | None:
    code = given.strip().lower()[:2] if isinstance(given, str) else ""
    return code if code in LANGUAGES else None


def _chosen(choices: tuple[str, ...]) -> Callable[[Any], str | None]:
    by_letters: Mapping[str, str] = {folded(choice): choice for choice in reversed(choices)}
    return lambda given: by_letters.get(folded(given.strip())) if isinstance(given, str) else None


def _known_names(names: tuple[str, ...]) -> Callable[[Any], list[str]]:
    def known(given: Any) -> list[str]:
        listed = given if isinstance(given, list) else []
        return [name for name in listed if isinstance(name, str) and name in names]

    return known
