"""The business's settings as YAML: written with a head that says what may stand where, read strictly."""

import re
from typing import Any

import yaml

from shared.errors import AssistantError
from shared.model.business import BusinessSettings, business_json, read_edited_business

HEAD = """\
# The business's settings. `./dev.sh settings import FILE` makes them the newest version; every key has to be there.
#
# version        the version that was exported: an import is refused when another one is in force by then
# business
#   name, description, information, address, tone, may_promise, may_not_promise: texts, or '' for none
#   questions    a list of question and answer
#   links        a list of label and url
#   time_zone    such as Europe/Rome
#   address_form lei or tu
#   hours
#     weekly        for each of monday to sunday a list of spans such as ['09:00-13:00', '15:30-19:30']; a span that
#                   ends at or before its beginning ends on the next day; a day that is left out is closed
#     special_days  a list of day (2026-12-24), until (the last day, or null), hours ([]: closed) and note
#     holidays      the country whose public holidays are days off, such as 'IT'; '' for none
# instructions   what the assistant is told besides
# first_contact  what is sent before the first answer, for any of it, en, es, fr, de, pt
# fields         what is collected, 20 at most: name (a-z, 0-9, _), label, description for the model,
#                type (text, number, date, choice, email, phone, vat), choices (of a choice only),
#                ask (always, business: only after a sign of one, never)
# handover       pause (true: the conversation is left to staff), pause_minutes (0: until they give it back),
#                out_of_hours (answer; tell: says besides when somebody is there; wait: leaves it to staff)
# inbox          pause_minutes (for how long the assistant pauses after a message of staff, 0: not),
#                labels of conversations: name, color (grey, red, amber, green, blue, violet)
# privacy        notice_url; retention: for how long what is kept of customers stays, in months from 1 to 120:
#                messages, files, transcripts, former_texts, activity, contacts (after the last message);
#                deleted_days (0 to 365) until what a customer deleted for everyone loses its content
# budget         daily_tokens (0: no bound), prices in dollars for a million tokens, by model: input, cached, output
# limits         messages_per_minute, messages_per_day of one customer that are answered (0: no bound)
"""


class FileError(AssistantError):
    """The file cannot be read as YAML."""


def write_file(version: int, settings: BusinessSettings) -> str:
    """Return the text of a file."""
    content = {"version": version, **business_json(settings)}
    return HEAD + "\n" + yaml.dump(content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100)


def read_file(text: str) -> tuple[int, BusinessSettings]:
    """Read the text of a file: the version that was exported, and the settings.

    Raises FileError when it is no YAML, InvalidError naming by path each key that is unknown, missing or wrong.
    """
    try:
        content = yaml.load(text, _Reader)  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise FileError(f"is not YAML: {place}{error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FileError(f"is not YAML: {error}") from None
    return read_edited_business(content)


class _Writer(yaml.SafeDumper):
    """Writes texts of several lines as such."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _write_text(writer: _Writer, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _write_text)


class _Reader(yaml.SafeLoader):
    """Reads as YAML 1.2 does: `no` is a word, a date is a text; a key that stands twice is refused."""


def _read_map(reader: _Reader, node: yaml.MappingNode) -> dict[Any, Any]:
    names = set()
    for key, _ in node.value:
        name = reader.construct_object(key)
        if isinstance(name, list | dict) or name in names:
            raise yaml.constructor.ConstructorError(None, None, f"the key {name} stands twice", key.start_mark)
        names.add(name)
    return reader.construct_mapping(node, deep=True)


_Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Reader.add_constructor("tag:yaml.org,2002:map", _read_map)
