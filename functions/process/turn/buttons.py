"""Choices that the model offers at the end or on a line of their own: [[Sì]] [[No]], sent as buttons."""

import re
from collections.abc import Sequence

from functions.process.turn.markdown import whatsapp_text
from functions.process.turn.parts import split_text

MAX_CHOICES = 3
TITLE_CHARACTERS = 20
BODY_CHARACTERS = 1024  # of a text that has buttons

_CHOICE = re.compile(r"\[\[ *([^\[\]\s][^\[\]\n]*)\]\](?!\()")  # [[1]](address) is a link
_BETWEEN = re.compile(r"\s*[,./|]?\s*(?:[-*•]\s+)?")
# What a line of choices may hold besides: a number, formatting, quotation marks, "or".
_DECORATION = re.compile(r"(?:[\s,./|;:*_~`\"'«»“”()•-]|\d{1,2}[.)]|\b(?:o|oppure|or|oder|ou|u)\b)*", re.IGNORECASE)
_BULLET = re.compile(r"(?:^|\n)[ \t]*[-*•][ \t]+$")


def choices_and_parts(answer: str) -> tuple[list[str], list[str]]:
    """Return the buttons and the parts in which an answer in Markdown goes to WhatsApp.

    Where WhatsApp takes no buttons, the choices are a list in the text.
    """
    text, choices = take_choices(answer)
    parts = split_text(whatsapp_text(text))
    if choices and _length(parts[-1]) > BODY_CHARACTERS:
        return [], split_text(whatsapp_text(_with_list(text, choices)))
    return choices, parts


def take_choices(text: str) -> tuple[str, list[str]]:
    """Take the choices off an answer: at its end, or else on lines of their own; within a sentence they are words.

    Choices that cannot be buttons stay in the text as a list: more than three, longer than 20 characters, equal
    ones, or without any text above them.
    """
    text = "\n".join(map(_bare, text.split("\n")))
    above, choices = _offer(text)
    if not choices:
        above, choices = _lines_of_choices(text)
    above = _CHOICE.sub(r"\1", above)
    if not choices or (above and _are_buttons(choices)):
        return above, choices
    return _with_list(above, choices), []


def _bare(line: str) -> str:
    """Return a line that holds nothing but choices without what decorates them."""
    found = [match[0] for match in _CHOICE.finditer(line)]
    return " ".join(found) if found and _DECORATION.fullmatch(_CHOICE.sub(" ", line)) else line


def _offer(text: str) -> tuple[str, list[str]]:
    """Tell the choices at the end from the text above them; one word at the end of a sentence is none."""
    start = len(text)
    choices: list[str] = []
    for found in reversed(list(_CHOICE.finditer(text))):
        if not _BETWEEN.fullmatch(text, found.end(), start):
            break
        start = found.start()
        choices.insert(0, _title(found[1]))
    above = _BULLET.sub("\n", text[:start])
    on_their_own = above.rstrip(" \t")[-1:] in ("", "\n")
    if not choices or (len(choices) == 1 and not on_their_own):
        return text, []
    return above.rstrip(), choices


def _lines_of_choices(text: str) -> tuple[str, list[str]]:
    """Tell the last lines that hold nothing but choices from the text around them."""
    lines = text.split("\n")
    alone = [number for number, line in enumerate(lines) if _CHOICE.search(line) and _is_offer(line)]
    if not alone:
        return text, []
    first = last = alone[-1]
    while first - 1 in alone:
        first -= 1
    choices = [_title(found[1]) for line in lines[first : last + 1] for found in _CHOICE.finditer(line)]
    above, below = "\n".join(lines[:first]).rstrip(), "\n".join(lines[last + 1 :]).strip()
    return "\n\n".join(filter(None, (above, below))), choices


def _is_offer(line: str) -> bool:
    return all(_BETWEEN.fullmatch(rest) for rest in _CHOICE.sub("\n", line).split("\n"))


def _are_buttons(choices: Sequence[str]) -> bool:
    distinct = {choice.casefold() for choice in choices}
    fit = all(_length(choice) <= TITLE_CHARACTERS for choice in choices)
    return len(choices) <= MAX_CHOICES and len(distinct) == len(choices) and fit


def _title(choice: str) -> str:
    """Write a choice without formatting, of which titles have none."""
    words = " ".join(choice.split())
    return words.strip("*_~` ") or words


def _with_list(text: str, choices: Sequence[str]) -> str:
    lines = "\n".join(f"- {choice}" for choice in choices)
    return f"{text}\n\n{lines}".strip()


def _length(text: str) -> int:
    """Count in UTF-16, where an emoji is two: WhatsApp does not say how it counts, and refuses what is too long."""
    return len(text.encode("utf-16-le", "replace")) // 2
