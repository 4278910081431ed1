"""What the business itself decides: its words, facts and hours, what it collects, how it hands over, what it pays.

One document with versions. What an owner wrote is taken strictly (`read_business`), what is stored leniently, as
after a rollback (`stored_business`). Hours are of the business's own clock: a span like `09:00-13:00`; one that
ends at or before its beginning ends on the next day.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from shared.errors import InvalidError
from shared.model.contact import MAX_FIELD_CHARACTERS
from shared.model.hours_given import WRITTEN, known_country, normal_span, not_before_day, without_closed
from shared.model.retention import Retention
from shared.model.value import STORED, known_keys_when_stored, known_when_stored, value
from shared.settings import AddressForm, Language, TimeZone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FieldType = Literal["text", "number", "date", "choice", "email", "phone", "vat"]
Ask = Literal["always", "business", "never"]
OutOfHours = Literal["answer", "tell", "wait"]
LabelColor = Literal["grey", "red", "amber", "green", "blue", "violet"]

MAX_FIELDS = 20
MAX_LABELS = 30
MAX_TOKENS = 10**12
MAX_VERSION = 99_999_999


def _web_address(given: str) -> str:
    if given and not re.fullmatch(r"https?://[^\s/]+\S*", given):
        raise ValueError("must start with http:// or https://")
    return given


# Names that the extraction or the contact card uses for something else.
RESERVED_NAMES = ("language", "wants_human", "no_longer", "notes", "seen", "dismiss")


def _not_reserved(name: str) -> str:
    if name in RESERVED_NAMES:
        raise ValueError(f"{name} is used for something else")
    return name


def _distinct(fields: list["CollectedField"]) -> list["CollectedField"]:
    names = [each.name for each in fields]
    if len(set(names)) < len(names):
        raise ValueError("has two fields of one name")
    return fields


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_FIELD_CHARACTERS)]
SomeLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_FIELD_CHARACTERS)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Span = Annotated[str, AfterValidator(normal_span)]
Spans = Annotated[list[Span], BeforeValidator(without_closed)]
WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000), AfterValidator(_web_address)
]
# Firestore keeps names with two underscores on both sides for itself.
ModelName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^_]|^_[^_]")
]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@value
class FrequentQuestion:
    """A question that customers ask often, and its answer."""

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    answer: Paragraph


@value
class Link:
    """A page that the assistant may name."""

    label: SomeLine
    url: WebAddress


@value
class SpecialDays:
    """Days, the last one included, on which other hours hold; closed when there are none."""

    day: dt.date
    until: Annotated[dt.date | None, AfterValidator(not_before_day)] = None
    hours: Spans = field(default_factory=list)
    note: Line = ""


@value
class OpeningHours:
    """When the business is open: by weekday, on special days, and whose public holidays are days off.

    A weekday without spans is a closed one; when no weekday has any, the hours are not known. `holidays` is an ISO
    3166 code of a country such as `IT`, empty for none.
    """

    weekly: Annotated[dict[Weekday, Spans], known_keys_when_stored(Weekday)] = field(default_factory=dict)
    special_days: list[SpecialDays] = field(default_factory=list)
    holidays: Annotated[
        str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Z]{2})?$"), AfterValidator(known_country)
    ] = ""

    @property
    def known(self) -> bool:
        """Tell whether the business said when it is open."""
        return any(self.weekly.values())


@value
class Business:
    """Who the business is; `information` is what its assistant knows about it."""

    name: Line = ""
    description: Paragraph = ""
    information: Text = ""
    questions: list[FrequentQuestion] = field(default_factory=list)
    address: Paragraph = ""
    links: list[Link] = field(default_factory=list)
    time_zone: TimeZone = "Europe/Rome"
    hours: OpeningHours = field(default_factory=OpeningHours)
    tone: Paragraph = ""
    address_form: Annotated[AddressForm, known_when_stored(AddressForm, "lei")] = "lei"
    may_promise: Paragraph = ""
    may_not_promise: Paragraph = ""


@value
class CollectedField:
    """Something that the assistant collects about customers.

    `description` tells the model what it is. It is asked for `always`, only after a sign that the customer is a
    `business`, or `never`: then it is only understood when the customer says it. `choices` are those of a choice.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$"), AfterValidator(_not_reserved)]
    label: SomeLine
    type: Annotated[FieldType, known_when_stored(FieldType, "text")] = "text"
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    choices: list[SomeLine] = field(default_factory=list)
    ask: Annotated[Ask, known_when_stored(Ask, "never")] = "always"

    @model_validator(mode="after")
    def _has_choices(self, info: ValidationInfo) -> Self:
        if info.context == STORED:  # its type may be one that only a newer version knows
            return self
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("only a choice has choices, and it needs them")
        return self


@value
class Handover:
    """What happens when a customer needs a person.

    Staff are asked to look; `pause` leaves the conversation to them besides, and `pause_minutes` later the
    assistant takes part again, 0 for not by itself. Out of hours the assistant answers (`answer`), says besides
    when somebody is there (`tell`), or leaves the message to staff without a word (`wait`).
    """

    pause: bool = False
    pause_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 0
    out_of_hours: Annotated[OutOfHours, known_when_stored(OutOfHours, "answer")] = "answer"


@value
class Label:
    """A word by which staff sort conversations, and the colour in which it is shown."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
    color: Annotated[LabelColor, known_when_stored(LabelColor, "grey")] = "grey"


def _distinct_labels(labels: list[Label]) -> list[Label]:
    names = [label.name.casefold() for label in labels]
    if len(set(names)) < len(names):
        raise ValueError("has two labels of one name")
    return labels


@value
class Inbox:
    """How staff work: the labels they have, and for how long their message makes the assistant pause, 0 for not."""

    pause_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 30
    labels: Annotated[list[Label], Field(max_length=MAX_LABELS), AfterValidator(_distinct_labels)] = field(
        default_factory=list
    )


@value
class Privacy:
    """Where customers read what becomes of their data, and for how long it is kept."""

    notice_url: WebAddress = ""
    retention: Retention = field(default_factory=Retention)


@value
class Price:
    """What a model costs, in dollars for a million tokens."""

    input: Amount = 0.0
    cached: Amount = 0.0
    output: Amount = 0.0


@value
class Budget:
    """What the assistant may use in a day over all customers, in tokens, 0 for no bound.

    `prices` is by model, where they are others than those that we know.
    """

    daily_tokens: Annotated[int, Field(ge=0, le=MAX_TOKENS)] = 0
    prices: dict[ModelName, Price] = field(default_factory=dict)


@value
class Limits:
    """How many messages of one customer are answered, 0 for no bound; what is more is left to staff."""

    messages_per_minute: Annotated[int, Field(ge=0, le=10_000)] = 20
    messages_per_day: Annotated[int, Field(ge=0, le=1_000_000)] = 200


# What every business begins with; their labels are fixed texts in the customer's language (shared/texts).
DEFAULT_FIELDS = (
    CollectedField(name="first_name", label="Nome", description="the customer's own first name"),
    CollectedField(name="last_name", label="Cognome", description="the customer's own family name"),
    CollectedField(
        name="company", label="Azienda", description="the firm the customer works for or owns", ask="business"
    ),
    CollectedField(name="email", label="E-mail", type="email", description="the customer's own e-mail address"),
)


@value
class BusinessSettings:
    """All that a business decides.

    `first_contact` is sent before the first answer, by language; `instructions` are told to the model after
    our own. Without `limits` those of the environment hold.
    """

    business: Business = field(default_factory=Business)
    instructions: Text = ""
    first_contact: Annotated[dict[Language, Paragraph], known_keys_when_stored(Language)] = field(
        default_factory=dict
    )
    fields: Annotated[list[CollectedField], Field(max_length=MAX_FIELDS), AfterValidator(_distinct)] = field(
        default_factory=lambda: list(DEFAULT_FIELDS)
    )
    handover: Handover = field(default_factory=Handover)
    inbox: Inbox = field(default_factory=Inbox)
    privacy: Privacy = field(default_factory=Privacy)
    budget: Budget = field(default_factory=Budget)
    limits: Limits | None = None


Json = dict[str, Any]
_SETTINGS = TypeAdapter(BusinessSettings)


def read_business(given: Any) -> BusinessSettings:
    """Read what an owner wrote; raises InvalidError naming by path each key that is unknown, missing or wrong."""
    missing = dict.fromkeys(_missing(given, business_json(BusinessSettings())), "is missing")
    try:
        settings = _SETTINGS.validate_python(given, context=WRITTEN)
    except ValidationError as error:
        problems = {
            ".".join(map(str, item["loc"])) or "settings": _sentence(item)
            for item in error.errors(include_url=False)
        }
        raise InvalidError("The settings are not valid", missing | problems) from None
    if missing:
        raise InvalidError("The settings are not complete", missing)
    return settings


def read_edited_business(given: Any) -> tuple[int, BusinessSettings]:
    """Read settings beside the `version` that was edited, 0 for none; raises InvalidError like `read_business`."""
    version, rest, problems = 0, given, {"version": "must be the number of the version that was edited"}
    if isinstance(given, dict):
        rest = {name: part for name, part in given.items() if name != "version"}
        if _is_version(given.get("version")):
            version, problems = given["version"], {}
    try:
        settings = read_business(rest)
    except InvalidError as error:
        raise InvalidError(error.message, problems | error.fields) from None
    if problems:
        raise InvalidError("The settings are not valid", problems)
    return version, settings


def stored_business(stored: Mapping[str, Any]) -> BusinessSettings:
    """Read what is stored, which a newer version may have written."""
    return _SETTINGS.validate_python(dict(stored), extra="ignore", context=STORED)


def business_json(settings: BusinessSettings) -> Json:
    """Return the settings as JSON, as they are stored, exported and shown."""
    dumped: Json = _SETTINGS.dump_python(settings, mode="json")
    return dumped


def changed_paths(before: BusinessSettings, after: BusinessSettings) -> list[str]:
    """List what differs, by path, such as `business.hours`."""
    return sorted(_differences(business_json(before), business_json(after), depth=2))


def _is_version(given: Any) -> bool:
    return type(given) is int and 0 <= given <= MAX_VERSION


def _differences(before: Json, after: Json, depth: int, path: str = "") -> Iterator[str]:
    for name in before.keys() | after.keys():
        old, new, here = before.get(name), after.get(name), f"{path}{name}"
        if old == new:
            continue
        if depth > 1 and isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, depth - 1, f"{here}.")
        else:
            yield here


def _missing(given: Any, expected: Json, path: str = "") -> Iterator[str]:
    """List the keys that are not given, by path; what a list holds may leave out what has a default.

    What has no value of its own unless one is given may be left out, too.
    """
    if not isinstance(given, dict):
        return
    for name, default in expected.items():
        if name not in given:
            if default is not None:
                yield f"{path}{name}"
        elif isinstance(default, dict):
            yield from _missing(given[name], default, f"{path}{name}.")


def _sentence(problem: Any) -> str:
    if problem["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return "is not known"
    return str(problem["msg"]).removeprefix("Value error, ")
