"""Message templates: what WhatsApp tells of one, what staff have to fill in, and what is sent. Pure functions.

Facts: developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components and
developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.errors import InvalidError

PARAMETER_CHARACTERS = 1024
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# Meta refuses these inside a parameter (code 132018 and its neighbours).
LINE_BREAK = re.compile(r"[\n\r\t\v\f\x85\u2028\u2029]")
MANY_BLANKS = re.compile(r" {5}")
# Buttons that are sent as they are, and those that need a parameter; with any other kind we cannot send a template.
FIXED_BUTTONS = ("QUICK_REPLY", "PHONE_NUMBER", "URL")

Component = Literal["header", "body", "button"]
Values = Sequence[str] | Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A gap to be filled in: `name` is its number as text, or its name in a template with named ones."""

    name: str
    component: Component
    example: str | None = None


@dataclass(frozen=True)
class Button:
    """A button; `sub_type` is set when it takes the one parameter that WhatsApp calls so."""

    title: str
    sub_type: Literal["url", "copy_code"] | None = None
    example: str | None = None


@dataclass(frozen=True)
class Template:
    """An approved template that can be sent; `named` tells that header and body have named parameters."""

    name: str
    language: str
    category: str
    body: str
    header: str | None = None
    footer: str | None = None
    buttons: tuple[Button, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    named: bool = False


@dataclass(frozen=True)
class Filled:
    """A template ready to be sent: the filled body, and the `template` object for WhatsApp."""

    text: str
    payload: dict[str, Any]


class _UnusableError(Exception):
    """The template has a part that we cannot fill in."""


def read_template(raw: Mapping[str, Any]) -> Template | None:
    """Read a template as WhatsApp lists it; None when it is not approved or has parts we cannot fill in.

    Left out are authentication templates, headers of a file or a place, carousels, flows and catalogues.
    """
    if raw.get("status") != "APPROVED" or raw.get("category") == "AUTHENTICATION":
        return None
    try:
        return _template(raw)
    except (
        _UnusableError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ):  # a shape of Meta's that we do not know
        return None


def fill(template: Template, given: Mapping[Component, Values]) -> Filled:
    """Fill in a template; `given` has the values by component, in their order or by name.

    Raises InvalidError whose fields are named like `body.1` or `header.first_name`.
    """
    values = _checked(template, {component: _by_name(template, component, given[component]) for component in given})
    components = [
        *_text_component(template, "header", values),
        *_text_component(template, "body", values),
        *_button_components(template, values),
    ]
    payload: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if components:
        payload["components"] = components
    text = PLACEHOLDER.sub(lambda found: values["body", found[1]], template.body)
    return Filled(text, payload)


def _template(raw: Mapping[str, Any]) -> Template:
    parts = {str(component["type"]).upper(): component for component in raw["components"]}
    if not {"BODY"} <= set(parts) <= {"HEADER", "BODY", "FOOTER", "BUTTONS"}:
        raise _UnusableError
    header = parts.get("HEADER")
    if header and header.get("format", "TEXT") != "TEXT":
        raise _UnusableError
    buttons = tuple(_button(button) for button in parts["BUTTONS"]["buttons"]) if "BUTTONS" in parts else ()
    in_header = _text_parameters("header", header) if header else ()
    in_body = _text_parameters("body", parts["BODY"])
    if len(in_header) > 1:
        raise _UnusableError
    return Template(
        name=str(raw["name"]),
        language=str(raw["language"]),
        category=str(raw.get("category", "")),
        header=str(header["text"]) if header else None,
        body=str(parts["BODY"]["text"]),
        footer=str(parts["FOOTER"]["text"]) if "FOOTER" in parts else None,
        buttons=buttons,
        parameters=(*in_header, *in_body, *_button_parameters(buttons)),
        named=any(not parameter.name.isdecimal() for parameter in (*in_header, *in_body)),
    )


def _text_parameters(component: Literal["header", "body"], part: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """List the parameters of a text: by number, whatever their order in the text, or by name."""
    names = list(dict.fromkeys(PLACEHOLDER.findall(part["text"])))
    if any(name.isdecimal() for name in names):
        if sorted(names) != sorted(str(number) for number in range(1, len(names) + 1)):
            raise _UnusableError
        names.sort(key=int)
    examples = _examples(part.get("example"), f"{component}_text")
    return tuple(Parameter(name, component, examples.get(name)) for name in names)


def _examples(example: Any, key: str) -> dict[str, str]:
    """Return the examples by parameter; the body's numbered ones come as a list in a list."""
    if not isinstance(example, dict):
        return {}
    if named := example.get(f"{key}_named_params"):
        return {str(one["param_name"]): str(one["example"]) for one in named}
    numbered = example.get(key) or []
    if numbered and isinstance(numbered[0], list):
        numbered = numbered[0]
    return {str(number): str(one) for number, one in enumerate(numbered, start=1)}


def _button(raw: Mapping[str, Any]) -> Button:
    kind, example = str(raw["type"]).upper(), _button_example(raw.get("example"))
    if kind == "COPY_CODE":  # newer ones come without a title of their own
        return Button(str(raw.get("text") or "Copy code"), "copy_code", example)
    if kind not in FIXED_BUTTONS:
        raise _UnusableError
    gap = PLACEHOLDER.search(str(raw.get("url", "")))
    if not gap:
        return Button(str(raw["text"]))
    start = str(raw["url"])[: gap.start()]  # the example is the whole address, the parameter only its end
    return Button(str(raw["text"]), "url", example.removeprefix(start) if example else None)


def _button_example(example: Any) -> str | None:
    first = example[0] if isinstance(example, list) and example else example
    return first if isinstance(first, str) else None


def _button_parameters(buttons: Sequence[Button]) -> tuple[Parameter, ...]:
    """Number the buttons' parameters: each button that takes one has its own."""
    taking = [button for button in buttons if button.sub_type]
    return tuple(Parameter(str(number), "button", button.example) for number, button in enumerate(taking, start=1))


def _by_name(template: Template, component: str, values: Values) -> dict[str, str]:
    if isinstance(values, Mapping):
        return dict(values)
    names = [parameter.name for parameter in template.parameters if parameter.component == component]
    names += [str(number) for number in range(len(names) + 1, len(values) + 1)]
    return dict(zip(names, values, strict=False))


def _checked(template: Template, given: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """Return the value of each parameter; raises InvalidError naming every one that is wrong."""
    values = {
        (component, name): value.strip() for component, named in given.items() for name, value in named.items()
    }
    wanted = [(parameter.component, parameter.name) for parameter in template.parameters]
    problems = {key: "is not a parameter of this template" for key in values if key not in wanted}
    problems |= {key: problem for key in wanted if (problem := _problem(values.get(key, "")))}
    if problems:
        fields = {f"{component}.{name}": problem for (component, name), problem in problems.items()}
        raise InvalidError("Some parameters are not valid", fields)
    return values


def _problem(value: str) -> str | None:
    if not value:
        return "is missing"
    if len(value) > PARAMETER_CHARACTERS:
        return f"has more than {PARAMETER_CHARACTERS} characters"
    if LINE_BREAK.search(value):
        return "must be on one line, without tabs"
    if MANY_BLANKS.search(value):
        return "has more than four blanks in a row"
    return None


def _text_component(
    template: Template, component: Literal["header", "body"], values: Mapping[tuple[str, str], str]
) -> list[dict[str, Any]]:
    names = [parameter.name for parameter in template.parameters if parameter.component == component]
    parameters = [
        {
            "type": "text",
            **({} if name.isdecimal() else {"parameter_name": name}),
            "text": values[component, name],
        }
        for name in names
    ]
    return [{"type": component, "parameters": parameters}] if parameters else []


def _button_components(template: Template, values: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = []
    for index, button in enumerate(template.buttons):
        if not button.sub_type:
            continue
        value = values["button", str(len(components) + 1)]
        is_code = button.sub_type == "copy_code"
        parameter = {"type": "coupon_code", "coupon_code": value} if is_code else {"type": "text", "text": value}
        components.append(
            {"type": "button", "sub_type": button.sub_type, "index": str(index), "parameters": [parameter]}
        )
    return components
