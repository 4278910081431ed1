"""What the assistant may still ask for: counted by us, not left to the model. Pure functions.

A field is asked for at most twice; one that is for businesses only after the customer spoke as one; and not again
when the customer would not tell.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from functions.process.assistant.said import Said
from functions.process.assistant.word_lists import BARE_REFUSALS, BUSINESS_SIGNS, LABELS, REFUSALS
from functions.process.assistant.words import as_read, holds, words_of
from shared.model.business import CollectedField
from shared.model.contact import Contact

MAX_ASKED = 2
_SHORT = 3  # letters of a label's word that tell nothing
_SENTENCE_END = re.compile(r"(?<=[!?\n])|(?<=\.)(?!\S)")  # a full stop within a word, as in an address, ends none


def asking(contact: Contact, fields: Iterable[CollectedField]) -> list[CollectedField]:
    """Return the fields that the customer may still be asked for, in the business's order."""
    return [each for each in fields if not contact.known(each.name) and _may_be_asked(contact, each)]


def heard(contact: Contact, said: Said, now: dt.datetime) -> Contact:
    """Return the contact with what the customer's words tell about asking: a business's signs, and refusals."""
    is_business = contact.is_business or bool(contact.known("company")) or speaks_as_business(said.whole)
    declined = dict(contact.declined)
    if declines(said):
        asked = (
            each.name for each in said.fields if not contact.known(each.name) and asks_for(each, said.question)
        )
        declined |= dict.fromkeys((name for name in asked if name not in declined), now)
    return replace(contact, is_business=is_business, declined=declined)


def counted(contact: Contact, fields: Iterable[CollectedField], answer: str) -> Contact:
    """Count what an answer asks for."""
    asked = {each.name: contact.asked.get(each.name, 0) + 1 for each in fields if asks_for(each, answer)}
    return replace(contact, asked={**contact.asked, **asked}) if asked else contact


def asks_for(field: CollectedField, text: str) -> bool:
    """Tell whether a text asks for a field: a question that names it, in any of the product's languages."""
    return any(_names(field, question) for question in _questions(text))


def speaks_as_business(text: str) -> bool:
    """Tell whether a customer's words are those of a business."""
    return holds(text, BUSINESS_SIGNS)


def declines(said: Said) -> bool:
    """Tell whether a customer would not tell what our last message asked for."""
    if "?" not in said.question:
        return False
    words = [word.letters for word in words_of(said.whole)]
    return holds(said.whole, REFUSALS) or (len(words) == 1 and words[0] in BARE_REFUSALS)


def _may_be_asked(contact: Contact, field: CollectedField) -> bool:
    if field.ask == "never" or contact.asked.get(field.name, 0) >= MAX_ASKED or field.name in contact.declined:
        return False
    return field.ask == "always" or contact.is_business


def _questions(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.endswith("?")]


def _names(field: CollectedField, question: str) -> bool:
    if field.name == "first_name":
        return not holds(question, LABELS["company"]) and holds(
            _without(question, LABELS["last_name"]), LABELS["first_name"]
        )
    labels = LABELS.get(field.name) or LABELS.get(field.type, frozenset())
    return holds(question, labels) or _has_label(question, field.label)


def _without(question: str, phrases: Iterable[str]) -> str:
    """Take phrases out of a question: "last name" does not ask for the name."""
    read = as_read(question)
    for phrase in sorted(phrases, key=len, reverse=True):
        read = read.replace(f" {phrase} ", " ")
    return read


def _has_label(question: str, label: str) -> bool:
    """Tell whether a question holds the words of a label that tell something."""
    words = [word.letters for word in words_of(label)]
    telling = [word for word in words if len(word) > _SHORT] or words
    return bool(telling) and all(f" {word}" in as_read(question) for word in telling)
