"""The assistant's part, played by fixed rules: what a friendly one would answer. Same input, same answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.openai_simulator.items import Item, parts_of, text_of
from local.openai_simulator.known import known_name, missing_fields
from local.openai_simulator.small_talk import (
    ASKS_APPOINTMENT,
    ASKS_HOURS,
    ASKS_NAME,
    LASTING,
    PHRASES,
    THANKS,
    details_from,
    straight_quotes,
)
from local.openai_simulator.speakers import Turn, turns_of, user_texts

DEFAULT_LANGUAGE = "it"
MAX_QUOTE_CHARACTERS = 120
MAX_QUOTES = 60
MAX_REQUEST_CHARACTERS = 400  # into which a text must say that it wants a summary
SUMMARY_REQUEST = re.compile(r"\b(?:summari[sz]e|riassumi)\b|\bwrite a (?:short )?summary\b", re.IGNORECASE)
KEPT = re.compile(r"^Fact: (.+)$", re.MULTILINE)
# Somebody's words, but not said now; and what is plain from the file or the words that come with it.
NOTES = re.compile(
    r'\[(?:\w+ \d+ \w+ \d{4}, \d\d:\d\d|in reply to ".*?"|forwarded|voice note|audio|image|sticker)\] ?', re.DOTALL
)


@dataclass(frozen=True)
class Context:
    """All the assistant sees: earlier items, the new ones and its instructions."""

    history: Sequence[Item]
    current: Sequence[Item]
    instructions: str


def asks_summary(context: Context) -> bool:
    """Tell whether this call wants a summary rather than an answer to the customer."""
    directions = [context.instructions]
    directions += [turn.text for turn in turns_of(context.current) if turn.role == "instructions"]
    if not context.instructions and not context.history:
        directions += [str(part["text"]) for item in context.current for part in parts_of(item, "input_text")]
    return any(SUMMARY_REQUEST.search(text[:MAX_REQUEST_CHARACTERS]) for text in directions)


def summary(context: Context) -> str:
    """Return a few lines about the customer and what they wrote last, in the form `First name: Mario`.

    Facts about the customer are kept, also those of an earlier summary that comes as notes.
    """
    items = [*context.history, *context.current]
    turns = turns_of(items)
    details = details_from(turns)
    known = "".join(f"{field.replace('_', ' ').capitalize()}: {value}. " for field, value in details.items())
    texts = [text for text in user_texts(turns) if not SUMMARY_REQUEST.search(text)]
    kept = [line for item in items for line in KEPT.findall(text_of(item))]
    facts = [sentence.strip() for text in texts for sentence in LASTING.findall(text)]
    told = "".join(f"\nFact: {fact}" for fact in dict.fromkeys([*kept, *facts]))
    return f"Summary of the conversation. {known}{told}\nThe customer last wrote: {_quotes(texts[-3:]) or '-'}."


def answer(context: Context) -> str:
    """Return the answer to the new messages, in the customer's language; it quotes each of them.

    It is in Markdown, and ends with choices like [[Oggi]] [[Domani]] when a day is to be chosen.
    """
    turns = turns_of([*context.history, *context.current])
    supplied = details_from(turns_of(context.current))
    language = supplied.get("language") or details_from(turns).get("language") or DEFAULT_LANGUAGE
    phrases = PHRASES.get(language, PHRASES["en"])
    said = [NOTES.sub("", text_of(item)) for item in context.current if item.get("role") == "user"]
    text = straight_quotes("\n".join(said))
    sentences = [_opening(text, _name(context, turns, supplied), phrases), *_attachments(context.current, phrases)]
    if quotes := _quotes(said):
        sentences.append(phrases["read"].format(quotes=quotes))
    question = _question(context, supplied, text, phrases)
    asks_hours, asks_day = ASKS_HOURS.search(text), ASKS_APPOINTMENT.search(text)
    if not (asks_hours or asks_day):
        return " ".join(filter(None, [*sentences, question]))
    if "[[" in context.instructions:  # they tell how choices are offered
        question = phrases["which_day"]
    return "\n\n".join(filter(None, [" ".join(sentences), phrases["hours"] if asks_hours else "", question]))


def _name(context: Context, turns: Sequence[Turn], supplied: dict[str, str]) -> str | None:
    # What the customer just said beats what was known; what was known beats what was said long ago.
    directions = [turn.text for turn in turns if turn.role == "instructions"]
    return (
        supplied.get("first_name")
        or known_name([context.instructions])
        or details_from(turns).get("first_name")
        or known_name(directions)
    )


def _opening(text: str, name: str | None, phrases: dict[str, str]) -> str:
    if ASKS_NAME.search(text):
        return phrases["your_name"].format(name=name) if name else phrases["name_unknown"]
    return phrases["welcome" if THANKS.search(text) else "hello"].format(name=f", {name}" if name else "")


def _attachments(items: Sequence[Item], phrases: dict[str, str]) -> list[str]:
    users = [item for item in items if item.get("role") == "user"]
    images = [phrases["saw_image"] for item in users for _ in parts_of(item, "input_image")]
    files = [part for item in users for part in parts_of(item, "input_file")]
    names = (str(part.get("filename") or part.get("file_id") or part.get("file_url") or "") for part in files)
    return images + [phrases["read_document"].format(filename=name) for name in names]


def _question(context: Context, supplied: dict[str, str], text: str, phrases: dict[str, str]) -> str:
    if THANKS.search(text):
        return ""
    missing = [field for field in missing_fields(context.instructions) if field not in supplied]
    if missing:
        return phrases[missing[0]]
    return "" if ASKS_NAME.search(text) else phrases["how_can_i_help"]


def _quotes(texts: Sequence[str]) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return ", ".join(f"«{_shortened(line)}»" for line in lines[:MAX_QUOTES])


def _shortened(line: str) -> str:
    return line if len(line) <= MAX_QUOTE_CHARACTERS else line[:MAX_QUOTE_CHARACTERS].rstrip() + "…"
