"""Structured outputs: checks a strict JSON schema and fills it with the details that were found."""

import json
import re
from typing import Any

from local.openai_simulator.api_errors import bad_request
from local.openai_simulator.small_talk import Details

Schema = dict[str, Any]

FIELD_NAMES = {
    "first_name": "first_name firstname given_name givenname nome",
    "last_name": "last_name lastname surname family_name familyname cognome",
    "company": "company company_name business business_name organization organisation azienda",
    "email": "email e_mail email_address mail",
    "wants_human": "wants_human wants_person",
    "language": "language language_code lang locale lingua",
}
FIELDS = {name: field for field, names in FIELD_NAMES.items() for name in names.split()}
EMPTY_VALUES: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def check_strict_schema(schema: Schema, name: str) -> None:
    """Raise a 400 ApiError for what OpenAI's strict mode refuses."""
    if schema.get("type") != "object":
        raise _invalid_schema(name, "schema must be a JSON Schema of 'type: \"object\"'")
    for part in (schema, *schema.get("$defs", {}).values()):
        _check_object(part, name)


def filled(schema: Schema, details: Details) -> str:
    """Return a JSON document that fits the schema: details where a property is known by name, else empty values."""
    return json.dumps(_value(schema, None, details, schema), ensure_ascii=False)


def _check_object(part: Schema, name: str) -> None:
    if part.get("type") != "object":
        return
    properties = part.get("properties", {})
    if part.get("additionalProperties") is not False:
        raise _invalid_schema(name, "'additionalProperties' is required to be supplied and to be false")
    if missing := sorted(set(properties) - set(part.get("required", []))):
        raise _invalid_schema(name, f"'required' must include every key in properties. Missing {missing[0]!r}")
    for inner in properties.values():
        _check_object(inner, name)


def _value(schema: Schema, field: str | None, details: Details, root: Schema) -> Any:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    options = schema.get("anyOf") or [{**schema, "type": kind} for kind in _types(schema)]
    detail = details.get(field) if field else None
    for option in options:
        if detail is not None and _takes(option, detail):
            return _converted(detail, option)
    if any(option.get("type") == "null" for option in options):
        return None
    return _empty(options[0], details, root)


def _types(schema: Schema) -> list[str | None]:
    kind = schema.get("type")
    return list(kind) if isinstance(kind, list) else [kind]


def _takes(option: Schema, detail: str) -> bool:
    if option.get("type") == "boolean":
        return detail in ("true", "false")
    return option.get("type") == "string" and detail in option.get("enum", [detail])


def _converted(detail: str, option: Schema) -> str | bool:
    return detail == "true" if option.get("type") == "boolean" else detail


def _empty(schema: Schema, details: Details, root: Schema) -> Any:
    if "$ref" in schema:
        return _value(schema, None, details, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: _value(inner, _field(name), details, root) for name, inner in properties.items()}
    if schema.get("type") == "array":
        return []
    return EMPTY_VALUES.get(str(schema.get("type")))


def _field(property_name: str) -> str | None:
    snake_case = re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", property_name).lower()
    return FIELDS.get(snake_case)


def _invalid_schema(name: str, problem: str) -> Exception:
    message = f"Invalid schema for response_format '{name}': {problem}."
    return bad_request(message, "text.format.schema", "invalid_json_schema")
