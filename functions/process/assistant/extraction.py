"""How what a model extracted joins what is known: nothing before it earned its place. Pure functions.

nothing known           what earned its place is stored, with the words it comes from
known, said by them     replaced only where the customer corrects it or plainly says it anew; the former stays
known, by staff         never replaced: it becomes a suggestion beside their value
denied, or true no more cleared, unless staff typed it in; the former stays visible
to be deleted           cleared, and nothing stays of it; what staff typed in they are asked to delete
after STOP              nothing is taken in, also of what was said before
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from functions.process.assistant.corrections import is_said_anew
from functions.process.assistant.details import ContactDetails
from functions.process.assistant.earned import Found, earned
from functions.process.assistant.said import MAX_QUOTED_CHARACTERS, Said
from functions.process.assistant.withdrawals import is_to_be_deleted, is_withdrawn, wants_all_deleted
from functions.process.assistant.words import words_of
from shared.model.business import CollectedField
from shared.model.contact import Contact, flagged, spoken
from shared.model.field_value import folded
from shared.model.profile import succeeding
from shared.model.profile_field import ProfileField, Suggestion

MAX_UNHEARD = 10  # messages, the newest, that the next extraction makes up for


def apply_details(contact: Contact, details: ContactDetails, said: Said, now: dt.datetime) -> Contact:
    """Return the contact with what a model found in messages; what staff entered is never touched.

    Of a customer who said STOP meanwhile nothing is taken in. What another account said before is known of the
    present one only once it says so itself. Staff are asked to delete what only they can.
    """
    if contact.opted_out:
        return contact
    found = earned(said, details.values)
    profile = dict(contact.profile)
    for each in said.fields:
        known = profile.get(each.name)
        if each.name in found:
            if known and known.source == "assistant" and not contact.is_of_present_account(known.updated_at):
                profile[each.name] = succeeding(_entry(found[each.name], now), known)
            else:
                profile[each.name] = _joined(known, each, found[each.name], said, now)
        elif known and known.source == "assistant":
            profile[each.name] = _withdrawn(known, each, details, said, now)
    after = replace(contact, profile=profile, language=spoken(contact, details.language))
    after = was_heard(after, said.message_ids)
    if _is_for_staff(contact, details, said):
        return flagged(after, "privacy_request", now, _last_words(said))
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


def _withdrawn(
    known: ProfileField, field: CollectedField, details: ContactDetails, said: Said, now: dt.datetime
) -> ProfileField:
    """Return a field cleared if the customer takes it back, without a trace of what they want deleted."""
    is_told, cleared = field.name in details.no_longer, ProfileField(value="", source="assistant", updated_at=now)
    if is_told and (known.value or known.former) and is_to_be_deleted(field, known.value, said):
        return cleared
    is_over = bool(known.value) and is_withdrawn(field, known.value, said, is_told=is_told)
    return succeeding(cleared, known) if is_over else known


def _is_for_staff(contact: Contact, details: ContactDetails, said: Said) -> bool:
    """Tell whether the customer wants deleted what staff typed in, or everything."""
    if wants_all_deleted(said):
        return True
    return any(
        each.name in details.no_longer
        and (known := contact.profile.get(each.name)) is not None
        and known.source == "staff"
        and bool(known.value)
        and is_to_be_deleted(each, known.value, said)
        for each in said.fields
    )


def _last_words(said: Said) -> str:
    """Return the customer's last words on one line, for staff."""
    return " ".join(said.texts[-1].text.split())[:MAX_QUOTED_CHARACTERS]
