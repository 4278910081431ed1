"""Plays the assistant: decides, without a model, what a friendly one would answer. Same input, same answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.openai_simulator import patterns
from local.openai_simulator.extraction import details_from
from local.openai_simulator.items import Item, parts_of, text_of
from local.openai_simulator.known import known_language, known_name, missing_fields
from local.openai_simulator.language import straight_quotes
from local.openai_simulator.phrases import PHRASES, Phrases
from local.openai_simulator.speakers import Turn, turns_of, user_texts

_DEFAULT_LANGUAGE = "it"
_LONGEST_QUOTE = 120
_MOST_QUOTES = 60
_ASKS_NAME = re.compile(
    r"\bcome mi chiamo|(?:qual[ ']?\s?è|ricordi|sai) il mio nome|\bchi sono\b"
    r"|\bwhat(?:'?s| is) my name|(?:know|remember) (?:what )?my name|\bwho am i\b"
    r"|\bc[oó]mo me llamo|(?:cu[aá]l es|recuerdas|sabes) mi nombre"
    r"|\bcomment (?:est-ce que )?je m'appelle|quel est mon (?:pré)?nom|\bje m'appelle comment"
    r"|\bwie hei(?:ß|ss)e ich|(?:wie|was) ist mein name|\bcomo (?:é que )?(?:eu )?me chamo"
    r"|(?:qual é|lembra|sabe) (?:d?o )?meu nome",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:grazie|thanks|thank you|gracias|merci|danke|obrigad[oa])\b", re.IGNORECASE)
_SUMMARY_REQUEST = re.compile(
    r"\b(?:summari[sz]e|riassumi|resume en|résume|fasse zusammen)\b|\bwrite a (?:short |brief )?summary\b",
    re.IGNORECASE,
)
_WHERE_REQUESTS_STAND = 400
# Somebody's words, but not said now; and what is plain from the file or the words that come with it.
_NOTES = re.compile(r'\[(?:in reply to ".*?"|forwarded|voice note|audio|image|sticker)\] ?', re.DOTALL)


@dataclass(frozen=True)
class Context:
    """All the assistant sees: earlier items, the new ones and its instructions."""

    history: Sequence[Item]
    current: Sequence[Item]
    instructions: str


def asks_summary(context: Context) -> bool:
    """Whether this call wants a summary rather than an answer to the customer."""
    directions = [context.instructions]
    directions += [turn.text for turn in turns_of(context.current) if turn.role == "instructions"]
    if not context.instructions and not context.history:
        directions += [str(part["text"]) for item in context.current for part in parts_of(item, "input_text")]
    return any(_SUMMARY_REQUEST.search(text[:_WHERE_REQUESTS_STAND]) for text in directions)


def summary(context: Context) -> str:
    """A few lines about the customer and what they wrote last, in the form `First name: Mario`."""
    turns = turns_of([*context.history, *context.current])
    details = details_from(turns)
    known = "".join(f"{field.replace('_', ' ').capitalize()}: {value}. " for field, value in details.items())
    said = _quotes([text for text in user_texts(turns) if not _SUMMARY_REQUEST.search(text)][-3:])
    return f"Summary of the conversation. {known}The customer last wrote: {said or '-'}."


def answer(context: Context) -> str:
    """The assistant's answer to the new messages, in the customer's language; it quotes each of them.

    It is in Markdown, and ends with choices like [[Oggi]] [[Domani]] when a day is to be chosen.
    """
    turns = turns_of([*context.history, *context.current])
    now = turns_of(context.current)
    said = [_NOTES.sub("", text_of(item)) for item in context.current if item.get("role") == "user"]
    phrases = _phrases(context, turns, now)
    name = _name(context, turns, now)
    text = straight_quotes("\n".join(said))
    sentences = [_opening(text, name, phrases), *_attachments(context.current, phrases)]
    if quotes := _quotes(said):
        sentences.append(phrases.read.format(quotes=quotes))
    question = [] if _THANKS.search(text) else _question(context, now, text, phrases)
    if not (patterns.ASKS_HOURS.search(text) or patterns.ASKS_APPOINTMENT.search(text)):
        return " ".join([*sentences, *question])
    hours = [phrases.hours] if patterns.ASKS_HOURS.search(text) else []
    return "\n\n".join([" ".join(sentences), *hours, *(_days(context, phrases) or question)])


def _phrases(context: Context, turns: Sequence[Turn], now: Sequence[Turn]) -> Phrases:
    language = (
        details_from(now).get("language")
        or known_language(context.instructions)
        or details_from(turns).get("language")
    )
    return PHRASES.get(language or _DEFAULT_LANGUAGE, PHRASES["en"])


def _name(context: Context, turns: Sequence[Turn], now: Sequence[Turn]) -> str | None:
    # What the customer just said beats what was known; what was known beats what was said long ago.
    directions = [turn.text for turn in turns if turn.role == "instructions"]
    return (
        details_from(now).get("first_name")
        or known_name([context.instructions])
        or details_from(turns).get("first_name")
        or known_name(directions)
    )


def _opening(text: str, name: str | None, phrases: Phrases) -> str:
    if _ASKS_NAME.search(text):
        return phrases.your_name.format(name=name) if name else phrases.name_unknown
    if _THANKS.search(text):
        return phrases.welcome_name.format(name=name) if name else phrases.welcome
    return phrases.hello_name.format(name=name) if name else phrases.hello


def _attachments(items: Sequence[Item], phrases: Phrases) -> list[str]:
    users = [item for item in items if item.get("role") == "user"]
    images = [phrases.saw_image for item in users for _ in parts_of(item, "input_image")]
    files = [part for item in users for part in parts_of(item, "input_file")]
    names = (str(part.get("filename") or part.get("file_id") or part.get("file_url") or "") for part in files)
    return images + [phrases.read_document.format(filename=name) for name in names]


def _question(context: Context, now: Sequence[Turn], text: str, phrases: Phrases) -> list[str]:
    supplied = details_from(now)
    missing = [field for field in missing_fields(context.instructions) if field not in supplied]
    if missing:
        return [phrases.questions[missing[0]]]
    return [] if _ASKS_NAME.search(text) else [phrases.how_can_i_help]


def _days(context: Context, phrases: Phrases) -> list[str]:
    """The days to choose from, when the instructions tell how choices are offered."""
    if "[[" not in context.instructions:
        return []
    return [f"{phrases.which_day}\n" + " ".join(f"[[{day}]]" for day in phrases.days)]


def _quotes(texts: Sequence[str]) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return ", ".join(f"«{_shortened(line)}»" for line in lines[:_MOST_QUOTES])


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rstrip() + "…"
