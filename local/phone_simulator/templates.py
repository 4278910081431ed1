"""The account's sample message templates, and what a customer sees of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

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


def approved_template(name: str, language: str) -> JsonObject:
    """The approved template of that name and language; raises ``GraphError`` 132001."""
    for template in TEMPLATES:
        if (template["name"], template["language"], template["status"]) == (name, language, "APPROVED"):
            return template
    raise GraphError(132001, f"template name ({name}) does not exist in {language}")


def fill(template: JsonObject, components: Iterable[JsonObject]) -> JsonObject:
    """``header``, ``body``, ``footer`` and ``buttons`` as the customer sees them; raises ``GraphError`` 132000."""
    given = {component.get("type", "").lower(): component for component in components}
    shown: JsonObject = {"name": template["name"], "buttons": []}
    for component in template["components"]:
        part = component["type"].lower()
        if part == "buttons":
            shown["buttons"] = [button["text"] for button in component["buttons"]]
        else:
            shown[part] = _fill_text(part, component["text"], given.get(part, {}).get("parameters", []))
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
