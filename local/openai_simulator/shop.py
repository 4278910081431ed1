"""What the simulated assistant knows of the business: the facts in its instructions, found by what is asked.

instructions ── opening hours, questions with answers, paragraphs ──▶ facts, each with its language
customer's words ── topics, else words in common ──▶ the facts to tell, in the customer's language if possible
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from local.openai_simulator.small_talk import COMMON_WORDS, language_of, straight_quotes

MAX_TOLD = 2  # facts of one topic
STEM = 4  # characters that "tazza" and "tazze" have in common; of shorter words all but the last
LONG_WORD = 4
# Words that say nothing of what is asked.
SAYS_NOTHING = frozenset(
    "fate fare avete avere vostri vostro vostra vostre tutto tutta tutti tutte sapere have your about know".split()
)
# The thing whose price is asked.
PRICED = re.compile(
    r"(?:\bcost\w+|\bprezz[oi] (?:de\w+ ?)|\bhow much (?:is|are)|\bprices? (?:of|for))\s*"
    r"(?:(?:un[ao]?|il|lo|la|i|gli|le|the|an?)\b\s*|(?:un|l)')?([^\W\d_]{4,})",
    re.IGNORECASE,
)

# What customers ask about, and the words of facts that tell it; in Italian and English.
TOPICS = {
    "hours": (
        r"orari|apert[ioe]|chius[ioe]|apri|chiud|opening|open\b|close|hours",
        r"apert[ioe]|orari|opening|\bopen\b|hours",
    ),
    "delivery": (
        r"consegn|spedi|domicilio|corriere|deliver|shipping|\bship\b",
        r"consegn|spedi|domicilio|deliver|\bship",
    ),
    "products": (r"vend[eo]|prodott|catalog|\bsell|product", r"vend[eiou]|prodott|catalog|\bsell|product"),
    "gifts": (r"regal|gift", r"regal|gift|vend[eiou]|\bsell"),
    "prices": (r"prezz|cost[aoi]|quanto|price|how much|cost\b", r"euro|€|prezz|price"),
    "returns": (r"\bres[io]\b|restitu|rimbors|cambi|return|refund", r"\bres[io]\b|restitu|rimbors|return|refund"),
    "payment": (r"pag[ao]|paypal|bonific|\bcarta\b|\bpay|\bcard", r"pag[aoi]|paypal|bonific|\bpay"),
    "address": (
        r"dove (?:siete|vi trov)|indirizzo|where are you|address",
        r"\bvia\b|\bpiazza\b|address|indirizzo|street",
    ),
    "appointment": (
        r"appuntament|prenot|corso|laborator|lezion|appointment|book\b|booking|workshop|class\b",
        r"appuntament|prenot|corso|laborator|lezion|appointment|booking|workshop|class\b",
    ),
}
DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
}
CLOSED = {"en": "closed", "it": "chiuso"}
NAME = re.compile(r"virtual assistant of (.+?) on WhatsApp")
ABOUT = re.compile(r"^About the business:\n(.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"^Address: (.+)$", re.MULTILINE)
HOURS = re.compile(rf"^({'|'.join(DAYS['en'])}): (.+)$", re.MULTILINE)
QUESTION = re.compile(r"^Question: (.+)\nAnswer: (.+)$", re.MULTILINE)
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])")


@dataclass(frozen=True)
class Fact:
    """A sentence that may be told, the words that ask for it, and its language, if that is plain."""

    text: str
    asked: str
    language: str | None


def business_name(instructions: str) -> str:
    """Return what the business is called, empty when it has no name."""
    found = NAME.search(instructions)
    return "" if not found or found[1] == "this business" else found[1]


def topics_of(text: str) -> list[str]:
    """Return what a customer's words ask about, in the order of the table."""
    return [topic for topic, (asked, _) in TOPICS.items() if re.search(rf"\b(?:{asked})", text, re.IGNORECASE)]


def told(instructions: str, text: str, language: str) -> dict[str, list[str]]:
    """Return, by topic, the sentences that answer a customer's words; an empty list where nothing is known.

    What has words in common with the question, but no topic, comes under "".
    """
    facts = _facts(instructions, language)
    answers: dict[str, list[str]] = {}
    for topic in topics_of(text):
        said = [sentence for each in answers.values() for sentence in each]
        answers[topic] = _about([fact for fact in facts if fact.text not in said], topic, text, language)
    if hours := written_hours(instructions, language):
        answers |= {topic: [hours] for topic in answers if topic == "hours"}
    if not any(answers.values()) and (found := _best(facts, text, language)):
        answers = {"": found}
    return answers


def written_hours(instructions: str, language: str) -> str:
    """Return the opening hours as a list, days with the same hours together; empty when none are known."""
    names = DAYS.get(language, DAYS["en"])
    groups: list[tuple[list[str], str]] = []
    for day, spans in HOURS.findall(instructions):
        name = names[DAYS["en"].index(day)]
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(name)
        else:
            groups.append(([name], spans))
    closed = CLOSED.get(language, CLOSED["en"])
    return "\n".join(
        f"- *{days[0]}{f'-{days[-1]}' if len(days) > 1 else ''}*: {closed if spans == 'closed' else f'**{spans}**'}"
        for days, spans in groups
    )


def is_list(told: str) -> bool:
    """Tell whether this is a list rather than a sentence."""
    return told.startswith("- ")


def _facts(instructions: str, language: str) -> list[Fact]:
    found = [
        Fact(reply, f"{question} {reply}", language_of(f"{question} {reply}"))
        for question, reply in QUESTION.findall(instructions)
    ]
    if about := ABOUT.search(instructions):
        for paragraph in about[1].splitlines():
            spoken = language_of(paragraph)
            found += [Fact(one.strip(), one, spoken) for one in SENTENCE.split(paragraph) if one.strip()]
    if address := ADDRESS.search(instructions):
        where = "Siamo in" if language == "it" else "We are at"
        found.append(Fact(f"{where} {address[1]}.", "indirizzo address", language))
    return found


def _about(facts: Sequence[Fact], topic: str, text: str, language: str) -> list[str]:
    pattern = re.compile(rf"{TOPICS[topic][1]}", re.IGNORECASE)
    fitting = [fact for fact in facts if pattern.search(fact.asked)]
    if topic == "prices" and (thing := PRICED.search(straight_quotes(text))):
        fitting = [fact for fact in fitting if _common(fact, thing[1])]  # another thing's price is no answer
    spoken = sorted(_spoken(fitting, language), key=lambda fact: -_common(fact, text))
    # With a word in common, those without one are beside the point.
    return _texts([fact for fact in spoken if _common(fact, text)] or spoken)


def _best(facts: Sequence[Fact], text: str, language: str) -> list[str]:
    ranked = sorted(_spoken(facts, language), key=lambda fact: -_common(fact, text))
    return _texts(fact for fact in ranked[:1] if _common(fact, text))


def _spoken(facts: Sequence[Fact], language: str) -> Sequence[Fact]:
    """Return the facts in the customer's language or in none that is plain; all of them when there are none."""
    return [fact for fact in facts if fact.language in (language, None)] or facts


def _texts(facts: Iterable[Fact]) -> list[str]:
    return list(dict.fromkeys(fact.text for fact in facts))[:MAX_TOLD]


def _common(fact: Fact, text: str) -> int:
    return len(_stems(fact.asked) & _stems(text))


def _stems(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", straight_quotes(text).lower())
    return {
        word[: min(STEM, len(word) - 1)]
        for word in words
        if len(word) >= LONG_WORD and word not in COMMON_WORDS | SAYS_NOTHING
    }
