"""How what a model extracted joins what is known: nothing before it earned its place. Pure functions.

nothing known           what earned its place is stored, with the words it comes from
known, said by them     replaced only where the customer corrects it or plainly says it anew; the former stays
known, by staff         never replaced: it becomes a suggestion beside their value
withdrawn or denied     cleared, unless staff typed it in; the former stays visible
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from functions.process.assistant.corrections import is_said_anew
from functions.process.assistant.details import ContactDetails
from functions.process.assistant.earned import Found, earned
from functions.process.assistant.said import Said
from functions.process.assistant.withdrawals import is_withdrawn
from functions.process.assistant.words import words_of
from shared.model.business import CollectedField
from shared.model.contact import Contact, flagged, spoken
from shared.model.field_value import folded
from shared.model.profile import succeeding
from shared.model.profile_field import ProfileField, Suggestion

MAX_UNHEARD = 10  # messages, the newest, that the next extraction makes up for


def apply_details(contact: Contact, details: ContactDetails, said: Said, now: dt.datetime) -> Contact:
    """Return the contact with what a model found in messages; what staff entered is never touched.

    What another account said before is known of the present one only once it says so itself.
    """
    found = earned(said, details.values)
    profile = dict(contact.profile)
    for each in said.fields:
        known = profile.get(each.name)
        if each.name in found:
            if known and known.source == "assistant" and not contact.is_of_present_account(known.updated_at):
                profile[each.name] = succeeding(_entry(found[each.name], now), known)
            else:
                profile[each.name] = _joined(known, each, found[each.name], said, now)
        elif known and known.value and known.source == "assistant" and _is_withdrawn(each, known, details, said):
            cleared = ProfileField(value="", source="assistant", updated_at=now)
            profile[each.name] = succeeding(cleared, known)
    after = replace(contact, profile=profile, language=spoken(contact, details.language))
    after = was_heard(after, said.message_ids)
    return flagged(after, "asked_for_human", now) if details.wants_human else after


def was_heard(contact: Contact, message_ids: Iterable[str]) -> Contact:
    """Note that messages were read for values."""
    if not contact.unheard:
        return contact
    read = set(message_ids)
    return replace(contact, unheard=[name for name in contact.unheard if name not in read])


def still_unheard(contact: Contact, message_ids: Sequence[str]) -> Contact:
    """Note that messages are still to be read for values, by the next extraction."""
    unheard = list(dict.fromkeys([*contact.unheard, *message_ids]))
    return replace(contact, unheard=unheard[-MAX_UNHEARD:])


def left_unheard(contact: Contact, message_ids: Sequence[str]) -> Contact:
    """Note that messages left to staff are to be read for values, unless the customer is blocked or opted out."""
    return contact if contact.blocked or contact.opted_out else still_unheard(contact, message_ids)


def _joined(
    known: ProfileField | None, field: CollectedField, found: Found, said: Said, now: dt.datetime
) -> ProfileField:
    if known is None or not known.value:
        return succeeding(_entry(found, now), known)
    if _letters(known.value) == _letters(found.value):
        return known
    if known.source == "staff":
        if known.suggestion and known.suggestion.value == found.value:
            return known
        suggested = Suggestion(value=found.value, message_id=found.text.message_id, words=found.words, at=now)
        return replace(known, suggestion=suggested)
    return succeeding(_entry(found, now), known) if is_said_anew(field, known.value, found, said) else known


def _letters(value: str) -> str:
    """Return what two spellings of one value have in common ("De Luca", "deluca")."""
    return "".join(word.letters for word in words_of(value)) or folded(value)


def _entry(found: Found, now: dt.datetime) -> ProfileField:
    return ProfileField(
        value=found.value,
        source="assistant",
        updated_at=now,
        message_id=found.text.message_id,
        words=found.words,
    )


def _is_withdrawn(field: CollectedField, known: ProfileField, details: ContactDetails, said: Said) -> bool:
    return is_withdrawn(field, known.value, said, is_told=field.name in details.no_longer)
