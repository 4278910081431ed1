"""What a small shop begins with, before its owner has written a word: in Italian, or else in English.

It states no fact about the business but those that the environment gives, since the assistant would tell them.
"""

from dataclasses import replace

from shared.model.business import DEFAULT_FIELDS, Budget, Business, BusinessSettings, Limits, OpeningHours
from shared.settings import GraphSettings

_ITALIAN = Business(
    description="Un piccolo negozio",
    tone="Cordiale, semplice e concreto; poche parole, come si scrive tra persone che si rispettano.",
    may_promise="Che un collega risponde negli orari di apertura, se l'assistente non sa qualcosa.",
    may_not_promise="Sconti, date di consegna, rimborsi e disponibilità che non sono scritti qui.",
    hours=OpeningHours(holidays="IT"),
)
_ENGLISH = Business(
    description="A small shop",
    tone="Friendly, plain and to the point; few words, as people write who respect each other.",
    may_promise="That a colleague answers during opening hours if the assistant does not know something.",
    may_not_promise="Discounts, delivery dates, refunds and availability that are not written here.",
)
_ITALIAN_DESCRIPTIONS = {
    "first_name": "il nome di battesimo del cliente stesso",
    "last_name": "il cognome del cliente stesso",
    "company": "l'azienda del cliente, o per cui lavora",
    "email": "l'indirizzo e-mail del cliente stesso",
}
_ENGLISH_LABELS = {"first_name": "First name", "last_name": "Last name", "company": "Company", "email": "E-mail"}


def limits_of(settings: GraphSettings) -> Limits:
    """Return what the environment says of how many messages of one customer are answered."""
    return Limits(messages_per_minute=settings.rate_per_minute, messages_per_day=settings.rate_per_day)


def default_business(settings: GraphSettings) -> BusinessSettings:
    """Return the settings of a business that never saved any, with what the environment tells of it."""
    is_italian = settings.default_language == "it"
    business = replace(
        _ITALIAN if is_italian else _ENGLISH,
        name=settings.business_name,
        information=settings.business_information,
        time_zone=settings.time_zone,
    )
    if is_italian:
        fields = [replace(each, description=_ITALIAN_DESCRIPTIONS[each.name]) for each in DEFAULT_FIELDS]
    else:
        fields = [replace(each, label=_ENGLISH_LABELS[each.name]) for each in DEFAULT_FIELDS]
    return BusinessSettings(
        business=business,
        fields=fields,
        budget=Budget(daily_tokens=settings.daily_token_budget),
        limits=limits_of(settings),
    )
