"""What the model may extract about a customer, and how it joins what is known."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, field_validator

from shared.model.contact import MAX_FIELD_CHARACTERS, PROFILE_FIELDS, Attention, Contact, ProfileField
from shared.model.email_address import normal_email
from shared.settings import LANGUAGES


class ContactDetails(BaseModel):
    """What a customer said about themselves; None where nothing was said.

    An address that is no address is dropped rather than refused, since one bad field must not cost the others.
    """

    first_name: str | None
    last_name: str | None
    company: str | None
    email: str | None
    language: str | None
    wants_human: bool

    @field_validator("first_name", "last_name", "company", "email", mode="after")
    @classmethod
    def _tidy(cls, value: str | None) -> str | None:
        text = " ".join((value or "").split())
        return text if text and len(text) <= MAX_FIELD_CHARACTERS else None

    @field_validator("email", mode="after")
    @classmethod
    def _valid_address(cls, value: str | None) -> str | None:
        return normal_email(value) if value else None

    @field_validator("language", mode="after")
    @classmethod
    def _known_language(cls, value: str | None) -> str | None:
        code = (value or "").strip().lower()[:2]
        return code if code in LANGUAGES else None


def apply_details(contact: Contact, details: ContactDetails, now: dt.datetime) -> dict[str, Any]:
    """Return the contact's fields that the details change; what staff entered is never touched."""
    profile = dict(contact.profile)
    for field in PROFILE_FIELDS:
        value = getattr(details, field)
        known = profile.get(field)
        if value and not (known and (known.source == "staff" or known.value == value)):
            profile[field] = ProfileField(value=value, source="assistant", updated_at=now)
    update: dict[str, Any] = {"profile": profile}
    if details.language:
        update["language"] = details.language
    if details.wants_human:
        update["attention"] = Attention(reason="asked_for_human", at=now)
    return update
