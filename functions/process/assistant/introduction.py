"""The text before the first answer to a customer: that an AI answers, and where to read about one's data.

The EU's AI Act (article 50) has people told at the latest at the first contact. A text of the business's own that
does not say it is followed by ours, which does; one without the notice's address, by that. Where the business says
nothing of its own, the model says it in its first answer.
"""

import re

from functions.process.assistant.word_lists import AI_WORDS, NO_SUCH_THING
from functions.process.assistant.words import as_read
from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.settings import Language
from shared.texts import text

_ABBREVIATED = re.compile(r"\b(?:AI|IA|KI|A\.I\.|I\.A\.|K\.I\.)(?!\w)")  # "ai" is an everyday word in Italian
MAX_WORDS_BETWEEN = 2  # "not", and what is denied


def introduction_is_due(contact: Contact, settings: BusinessSettings) -> bool:
    """Tell whether a text of the business comes before the answer to a customer: once, and only if it has one.

    Such a text always says that an AI answers.
    """
    return contact.introduced_at is None and bool(_own(settings) or settings.privacy.notice_url)


def introduction(contact: Contact, settings: BusinessSettings, language: Language, default: Language) -> str:
    """Return that text: the business's own in the customer's language, else a fixed one with the notice's address.

    Without such an address its own in the `default` language, or in any. What its own does not say of an AI, or of
    the notice, is added. Empty when none is due.
    """
    if not introduction_is_due(contact, settings):
        return ""
    own, url, form = _own(settings), settings.privacy.notice_url, settings.business.address_form
    said = own.get(language, "")
    if not said and not url:
        said = own.get(default) or next(iter(own.values()))
    ours = [] if says_it_is_an_ai(said) else [text("first_contact", language, form)]
    if url and url not in said:
        ours.append(text("privacy_notice", language, form).format(url=url))
    return "\n".join(filter(None, [said, " ".join(ours)]))


def says_it_is_an_ai(said: str) -> bool:
    """Tell whether a text of the business's says, and does not deny, that an AI or a machine answers."""
    if _ABBREVIATED.search(said) and not said.isupper() and not _denies(said, frozenset({"ai", "ia", "ki"})):
        return True
    read = as_read(said)
    return any(f" {phrase} " in read for phrase in AI_WORDS) and not _denies(said, AI_WORDS)


def _denies(said: str, phrases: frozenset[str]) -> bool:
    read = as_read(said)
    for phrase in phrases:
        before, found, _ = read.partition(f" {phrase} ")
        if found and NO_SUCH_THING.intersection(before.split()[-MAX_WORDS_BETWEEN:]):
            return True
    return False


def _own(settings: BusinessSettings) -> dict[Language, str]:
    return {language: words for language, words in settings.first_contact.items() if words.strip()}
