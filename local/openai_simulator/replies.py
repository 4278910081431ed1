"""The assistant's part, played by fixed rules: what a friendly one would answer. Same input, same answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local.openai_simulator.items import Item, parts_of, text_of
from local.openai_simulator.known import known_name, missing_fields
from local.openai_simulator.shop import business_name, is_list, told
from local.openai_simulator.small_talk import (
    AGREES,
    ASKS_NAME,
    ASKS_WHO,
    COMPLAINS,
    GREETING,
    LASTING,
    PHRASES,
    POLITE,
    THANKS,
    WANTS,
    WANTS_HUMAN,
    details_from,
    straight_quotes,
)
from local.openai_simulator.speakers import Turn, turns_of, user_texts

DEFAULT_LANGUAGE = "it"
MAX_QUOTE_CHARACTERS = 120
MAX_QUOTES = 60
MAX_REQUEST_CHARACTERS = 400  # into which a text must say that it wants a summary
SUMMARY_REQUEST = re.compile(r"\b(?:summari[sz]e|riassumi)\b|\bwrite a (?:short )?summary\b", re.IGNORECASE)
SAY_AI = re.compile(r"say in it, in a few words, that you are an AI")
KEPT = re.compile(r"^Fact: (.+)$", re.MULTILINE)
# Somebody's words, but not said now; and what is plain from the file or the words that come with it.
NOTES = re.compile(
    r'\[(?:\w+ \d+ \w+ \d{4}, \d\d:\d\d|in reply to ".*?"|forwarded|voice note|audio|image|sticker)\] ?', re.DOTALL
)


@dataclass(frozen=True)
class Context:
    """All the assistant sees: earlier items, the new ones and its instructions.

    With `quotes` it quotes each message that it answers, for programs that must know which those are.
    """

    history: Sequence[Item]
    current: Sequence[Item]
    instructions: str
    quotes: bool = False


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
    """Return the answer to the new messages, in the customer's language, from the business's facts.

    It is in Markdown, and ends with choices like [[Oggi]] [[Domani]] when a day is to be chosen. It repeats nothing
    of what the customer wrote, unless the context wants every message quoted.
    """
    turns = turns_of([*context.history, *context.current])
    supplied = details_from(turns_of([*_last_answer(context.history), *context.current]))
    language = supplied.get("language") or details_from(turns).get("language") or DEFAULT_LANGUAGE
    phrases = _phrases(context, language)
    said = [NOTES.sub("", text_of(item)) for item in context.current if item.get("role") == "user"]
    text = straight_quotes("\n".join(said))
    chosen = phrases["which_day"].partition("\n")[0] in _last_words(context) and "?" not in text
    beside = chosen or COMPLAINS.search(text) or WANTS_HUMAN.search(text)  # facts would be beside the point
    facts = {} if beside else told(context.instructions, text, language)
    sentences = [_opening(context, text, _name(context, turns, supplied), supplied, phrases)]
    sentences += _attachments(context.current, phrases)
    if context.quotes and (quotes := _quotes(said)):
        sentences.append(phrases["read"].format(quotes=quotes))
    sentences += [phrases["day_noted"]] if chosen else _substance(context, facts, text, phrases)
    question = _question(context, supplied, text, chosen or any(facts.values()), phrases)
    if "appointment" in facts and "[[" in context.instructions:  # they tell how choices are offered
        question = phrases["which_day"]
    paragraphs = [phrases["hours"].format(hours=each) for each in facts.get("hours", []) if is_list(each)]
    if paragraphs or question == phrases["which_day"]:
        return "\n\n".join(filter(None, [" ".join(filter(None, sentences)), *paragraphs, question]))
    return " ".join(filter(None, [*sentences, question]))


def _last_answer(history: Sequence[Item]) -> Sequence[Item]:
    """Return our last answer, if nothing was said after it: it may have asked for what comes now."""
    return history[-1:] if history and history[-1].get("role") == "assistant" else []


def _last_words(context: Context) -> str:
    return "".join(text_of(item) for item in _last_answer(context.history))


def _phrases(context: Context, language: str) -> dict[str, str]:
    if language == "it" and "in Italian with Lei" in context.instructions:
        return POLITE
    return PHRASES.get(language, PHRASES["en"])


def _name(context: Context, turns: Sequence[Turn], supplied: dict[str, str]) -> str | None:
    # What the customer just said beats what was known; what was known beats what was said long ago.
    directions = [turn.text for turn in turns if turn.role == "instructions"]
    return (
        supplied.get("first_name")
        or known_name([context.instructions])
        or details_from(turns).get("first_name")
        or known_name(directions)
    )


def _opening(
    context: Context, text: str, name: str | None, supplied: dict[str, str], phrases: dict[str, str]
) -> str:
    called = {"name": f", {name}" if name else ""}
    if ASKS_NAME.search(text):
        return phrases["your_name"].format(name=name) if name else phrases["name_unknown"]
    is_first = not any(item.get("role") == "assistant" for item in context.history)
    if not is_first and supplied.keys() - {"language", "wants_human"}:
        return phrases["noted"].format(**called)
    if THANKS.search(text) and "?" not in text:
        return phrases["welcome"].format(**called)
    if not (is_first or GREETING.search(text)):
        return ""
    introduces = SAY_AI.search(context.instructions) and not ASKS_WHO.search(text)
    introduction = [phrases["assistant"].format(business=_of_business(context, phrases))] if introduces else []
    return " ".join([phrases["hello"].format(**called), *introduction])


def _of_business(context: Context, phrases: dict[str, str]) -> str:
    business = business_name(context.instructions)
    return (" of " if phrases is PHRASES["en"] else " di ") + business if business else ""


def _substance(context: Context, facts: dict[str, list[str]], text: str, phrases: dict[str, str]) -> list[str]:
    """Say what is known of what is asked, or that it is not."""
    if any(facts.values()):
        sentences = (sentence for each in facts.values() for sentence in each if not is_list(sentence))
        return list(dict.fromkeys(sentences))  # one may belong to two of the things asked
    if COMPLAINS.search(text):
        return [phrases["sorry"]]
    if WANTS_HUMAN.search(text):
        return [phrases["of_course"]]
    if ASKS_WHO.search(text):
        return [phrases["artificial"].format(business=_of_business(context, phrases))]
    if WANTS.search(text) or AGREES.fullmatch(text):
        return [phrases["fine" if AGREES.fullmatch(text) else "gladly"]]
    return [phrases["unknown"]] if "?" in text and not ASKS_NAME.search(text) else []


def _attachments(items: Sequence[Item], phrases: dict[str, str]) -> list[str]:
    users = [item for item in items if item.get("role") == "user"]
    images = [phrases["saw_image"] for item in users for _ in parts_of(item, "input_image")]
    files = [part for item in users for part in parts_of(item, "input_file")]
    names = (str(part.get("filename") or part.get("file_id") or part.get("file_url") or "") for part in files)
    return images + [phrases["read_document"].format(filename=name) for name in names]


def _question(
    context: Context, supplied: dict[str, str], text: str, is_helped: bool, phrases: dict[str, str]
) -> str:
    """Ask for the first thing that is missing, but not twice in a row; else for what else is wanted."""
    if THANKS.search(text) and "?" not in text and not supplied.keys() - {"language"}:
        return ""
    missing = [field for field in missing_fields(context.instructions) if field not in supplied]
    if missing and phrases[missing[0]] not in _last_words(context):
        return phrases[missing[0]]
    if is_helped or ASKS_NAME.search(text) or AGREES.fullmatch(text) or WANTS_HUMAN.search(text):
        return ""
    return phrases["anything_else" if "?" in text else "how_can_i_help"]


def _quotes(texts: Sequence[str]) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return ", ".join(f"«{_shortened(line)}»" for line in lines[:MAX_QUOTES])


def _shortened(line: str) -> str:
    return line if len(line) <= MAX_QUOTE_CHARACTERS else line[:MAX_QUOTE_CHARACTERS].rstrip() + "…"
