"""The text before the first answer to a customer: that an AI answers, and where to read about one's data.

The EU's AI Act (article 50) has people told at the latest at the first contact. Where the business says nothing of
its own, the model says it in its first answer.
"""

from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.settings import Language
from shared.texts import text


def introduction_is_due(contact: Contact, settings: BusinessSettings) -> bool:
    """Tell whether a text of the business comes before the answer to a customer: once, and only if it has one."""
    return contact.introduced_at is None and bool(_own(settings) or settings.privacy.notice_url)


def introduction(contact: Contact, settings: BusinessSettings, language: Language, default: Language) -> str:
    """Return that text: the business's own in the customer's language, else a fixed one with the notice's address.

    Without such an address its own in the `default` language, or in any. Empty when none is due.
    """
    if not introduction_is_due(contact, settings):
        return ""
    own, url = _own(settings), settings.privacy.notice_url
    if language in own:
        return own[language]
    if url:
        return text("first_contact", language, settings.business.address_form).format(url=url)
    return own.get(default) or next(iter(own.values()))


def _own(settings: BusinessSettings) -> dict[Language, str]:
    return {language: words for language, words in settings.first_contact.items() if words}
