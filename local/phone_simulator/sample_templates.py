"""The account's sample message templates, and what a customer sees of one."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from local.phone_simulator.graph_errors import GraphError

JsonObject = dict[str, Any]

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")

TEMPLATES: tuple[JsonObject, ...] = (
    {
        "name": "hello_world",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
            {"type": "BODY", "text": "Welcome and congratulations! This message shows that messaging works."},
            {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
        ],
        "id": "500000000000001",
    },
    {
        "name": "riprendi_conversazione",
        "language": "it",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {"type": "BODY", "text": "Buongiorno! Abbiamo una risposta per lei: ci scriva quando le è comodo."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Mi dica"}]},
        ],
        "id": "500000000000002",
    },
    {
        "name": "conferma_appuntamento",
        "language": "it",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Appuntamento"},
            {
                "type": "BODY",
                "text": "Ciao {{1}}, ti aspettiamo *{{2}}* alle *{{3}}*.",
                "example": {"body_text": [["Giulia", "venerdì 4", "15:30"]]},
            },
            {"type": "FOOTER", "text": "Rispondi STOP per non ricevere altri messaggi"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Confermo"},
                    {"type": "QUICK_REPLY", "text": "Devo spostare"},
                ],
            },
        ],
        "id": "500000000000003",
    },
    {
        "name": "order_update",
        "language": "en",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {
                "type": "BODY",
                "text": "Hi {{first_name}}, your order {{order_number}} is ready for collection.",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "first_name", "example": "Anna"},
                        {"param_name": "order_number", "example": "A-1042"},
                    ]
                },
            },
        ],
        "id": "500000000000004",
    },
    {
        "name": "promo_primavera",
        "language": "it",
        "status": "PENDING",
        "category": "MARKETING",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "Sconto del {{1}}% su tutto fino a domenica!"}],
        "id": "500000000000005",
    },
    {
        "name": "win_back",
        "language": "en",
        "status": "REJECTED",
        "category": "MARKETING",
        "rejected_reason": "INVALID_FORMAT",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "{{1}} we miss you {{2}}"}],
        "id": "500000000000006",
    },
)


def approved_template(templates: Iterable[JsonObject], name: str, language: str) -> JsonObject:
    """Return the approved template of that name and language; raises GraphError 132001."""
    for template in templates:
        if (template["name"], template["language"], template["status"]) == (name, language, "APPROVED"):
            return template
    raise GraphError(132001, f"template name ({name}) does not exist in {language}")


def fill(template: JsonObject, components: Iterable[JsonObject]) -> JsonObject:
    """Return `header`, `body`, `footer` and `buttons` as the customer sees them; raises GraphError 132000.

    `header_media` is a header's file, as the sender named it; `actions` tells what each button does.
    """
    components = list(components)
    given = {component.get("type", "").lower(): component for component in components}
    shown: JsonObject = {"name": template["name"], "buttons": [], "actions": []}
    for component in template["components"]:
        part = component["type"].lower()
        parameters = given.get(part, {}).get("parameters", [])
        if part == "buttons":
            shown["actions"] = _buttons(component["buttons"], components)
            shown["buttons"] = [button["text"] for button in component["buttons"]]
        elif component.get("format", "TEXT") == "TEXT":
            shown[part] = _fill_text(part, component["text"], parameters)
        else:
            shown["header_media"] = _header_media(component["format"].lower(), parameters)
    return shown


def _header_media(kind: str, parameters: list[JsonObject]) -> JsonObject:
    if len(parameters) != 1 or parameters[0].get("type") != kind or kind not in parameters[0]:
        raise GraphError(132012, f"header: Format mismatch, expected {kind.upper()}")
    return {"type": kind, **parameters[0][kind]}


def _buttons(buttons: list[JsonObject], components: list[JsonObject]) -> list[JsonObject]:
    given = {str(item.get("index")): item for item in components if item.get("type", "").lower() == "button"}
    return [_button(button, given.get(str(place), {}), place) for place, button in enumerate(buttons)]


def _button(button: JsonObject, given: JsonObject, place: int) -> JsonObject:
    """Return a button with what the sender added: the end of an address, or what a tap sends back."""
    parameter: JsonObject = next(iter(given.get("parameters", [])), {})
    shown = dict(button)
    if button["type"] == "URL" and PLACEHOLDER.search(button["url"]):
        if not parameter.get("text"):
            raise GraphError(131008, f"buttons: Button at index {place} of type Url requires a parameter")
        shown["url"] = PLACEHOLDER.sub(lambda _found: quote(parameter["text"], safe="/?=&%"), button["url"])
    if button["type"] == "QUICK_REPLY" and parameter.get("payload"):
        shown["payload"] = parameter["payload"]
    return shown


def _fill_text(part: str, text: str, parameters: list[JsonObject]) -> str:
    names = list(dict.fromkeys(PLACEHOLDER.findall(text)))
    if len(parameters) != len(names):
        raise GraphError(
            132000,
            f"{part}: number of localizable_params ({len(parameters)}) does not match the expected number "
            f"of params ({len(names)})",
        )
    values = {
        parameter.get("parameter_name", str(position)): str(parameter.get("text", ""))
        for position, parameter in enumerate(parameters, start=1)
    }
    if missing := [name for name in names if name not in values]:
        raise GraphError(132000, f"{part}: parameter {missing[0]} is missing")
    return PLACEHOLDER.sub(lambda found: values[found.group(1)], text)
