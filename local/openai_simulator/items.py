"""Conversation items: checks what clients send and gives it the shape in which the API returns it."""

import base64
import binascii
import secrets
from typing import Any

from local.openai_simulator.api_errors import bad_request

Item = dict[str, Any]

ROLES = ("user", "assistant", "system", "developer")
INPUT_PARTS = ("input_text", "input_image", "input_file")
OUTPUT_PARTS = ("output_text", "refusal")
# The fields that make an item of each type; the API knows more types, the product sends none of them.
REQUIRED_FIELDS = {
    "function_call": ("call_id", "name", "arguments"),
    "function_call_output": ("call_id", "output"),
    "reasoning": ("summary",),
    "compaction": ("encrypted_content",),
}
ID_PREFIXES = {"function_call": "fc", "function_call_output": "fco", "reasoning": "rs", "compaction": "cmp"}


def new_id(prefix: str) -> str:
    """Make an identifier in OpenAI's style."""
    return f"{prefix}_{secrets.token_hex(24)}"


def stored_items(raw: object, param: str) -> list[Item]:
    """Check a list of input items and return them as stored; raises a 400 ApiError."""
    if isinstance(raw, str):
        return [message("user", [{"type": "input_text", "text": raw}])]
    if not isinstance(raw, list):
        raise bad_request(f"Invalid type for '{param}': expected an array of items.", param, "invalid_type")
    return [_stored_item(item, f"{param}[{index}]") for index, item in enumerate(raw)]


def message(role: str, content: list[Item], status: str = "completed") -> Item:
    """Return a message item with a new identifier."""
    return {"id": new_id("msg"), "type": "message", "status": status, "role": role, "content": content}


def output_message(part: Item, status: str = "completed") -> Item:
    """Return the assistant's message around one content part."""
    return message("assistant", [part], status)


def reasoning() -> Item:
    """Return what a model thought before it says something."""
    return {"id": new_id("rs"), "type": "reasoning", "summary": []}


def output_text(text: str) -> Item:
    """Return a content part with the assistant's text."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def function_call(name: str, arguments: str) -> Item:
    """Return a tool call that waits for its output."""
    return {
        "id": new_id("fc"),
        "type": "function_call",
        "status": "completed",
        "call_id": new_id("call"),
        "name": name,
        "arguments": arguments,
    }


def text_of(item: Item) -> str:
    """Return all text inside a message item; empty for other items."""
    if item["type"] != "message":
        return ""
    parts = (part.get("text") or part.get("refusal") or "" for part in item["content"])
    return "\n".join(part for part in parts if part)


def parts_of(item: Item, kind: str) -> list[Item]:
    """Return the content parts of one type in a message item."""
    return [part for part in item.get("content", []) if part["type"] == kind]


def open_tool_calls(items: list[Item]) -> list[str]:
    """Return the `call_id` of every tool call that has no output yet."""
    answered = {item["call_id"] for item in items if item["type"] == "function_call_output"}
    calls = [item["call_id"] for item in items if item["type"] == "function_call"]
    return [call_id for call_id in calls if call_id not in answered]


def lonely_reasoning(items: list[Item]) -> list[str]:
    """Return the id of every reasoning item that nothing of the model's follows."""
    following = [*items[1:], None]
    pairs = zip(items, following, strict=True)
    return [item["id"] for item, after in pairs if item["type"] == "reasoning" and not _is_output(after)]


def _is_output(item: Item | None) -> bool:
    return item is not None and (item["type"] != "message" or item["role"] == "assistant")


def _stored_item(raw: object, param: str) -> Item:
    if not isinstance(raw, dict):
        raise bad_request(f"Invalid type for '{param}': expected an object.", param, "invalid_type")
    kind = raw.get("type", "message")
    if kind == "message":
        return _stored_message(raw, param)
    if kind not in REQUIRED_FIELDS:
        raise bad_request(f"Invalid value for '{param}.type': {kind!r}.", f"{param}.type", "invalid_value")
    for field in REQUIRED_FIELDS[kind]:
        if field not in raw:
            raise _missing(f"{param}.{field}")
    return {"status": "completed", **raw, "id": raw.get("id") or new_id(ID_PREFIXES[kind])}


def _stored_message(raw: Item, param: str) -> Item:
    role = raw.get("role")
    if role not in ROLES:
        supported = ", ".join(ROLES)
        text = f"Invalid value for '{param}.role': {role!r}. Supported values are: {supported}."
        raise bad_request(text, f"{param}.role", "invalid_value")
    if "content" not in raw:
        raise _missing(f"{param}.content")
    content = raw["content"]
    if isinstance(content, str):
        content = [{"type": "output_text" if role == "assistant" else "input_text", "text": content}]
    if not isinstance(content, list):
        raise bad_request(f"Invalid type for '{param}.content'.", f"{param}.content", "invalid_type")
    parts = [_stored_part(part, role, f"{param}.content[{index}]") for index, part in enumerate(content)]
    return message(role, parts)


def _stored_part(raw: object, role: str, param: str) -> Item:
    supported = OUTPUT_PARTS if role == "assistant" else INPUT_PARTS
    kind = raw.get("type") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or kind not in supported:
        text = f"Invalid value: {kind!r}. Supported values are: {', '.join(supported)}."
        raise bad_request(text, param, "invalid_value")
    match kind:
        case "input_text":
            return {"type": kind, "text": _string(raw, "text", param)}
        case "output_text":
            return output_text(_string(raw, "text", param))
        case "refusal":
            return {"type": kind, "refusal": _string(raw, "refusal", param)}
        case "input_image":
            return _stored_image(raw, param)
    return _stored_file(raw, param)


def _stored_image(raw: Item, param: str) -> Item:
    if not raw.get("image_url") and not raw.get("file_id"):
        raise _missing(f"{param}.image_url")
    _check_data_url(raw.get("image_url"), "image/", f"{param}.image_url")
    return {"detail": "auto", "file_id": None, **raw}


def _stored_file(raw: Item, param: str) -> Item:
    if not any(raw.get(field) for field in ("file_data", "file_id", "file_url")):
        raise _missing(f"{param}.file_data")
    _check_data_url(raw.get("file_data"), "", f"{param}.file_data")
    return dict(raw)


def _check_data_url(value: object, media_type: str, param: str) -> None:
    if value is None or (isinstance(value, str) and value.startswith(("https://", "http://"))):
        return
    header, comma, data = str(value).partition(",")
    if not comma or not header.startswith(f"data:{media_type}") or not header.endswith(";base64"):
        raise bad_request(f"Invalid '{param}'. Expected a base64-encoded data URL.", param, "invalid_value")
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        raise bad_request(f"Invalid base64 data in '{param}'.", param, "invalid_base64") from None


def _string(raw: Item, field: str, param: str) -> str:
    value = raw.get(field)
    if value is None:
        raise _missing(f"{param}.{field}")
    if not isinstance(value, str):
        raise bad_request(f"Invalid type for '{param}.{field}': expected a string.", param, "invalid_type")
    return value


def _missing(param: str) -> Exception:
    return bad_request(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
