"""What the model may extract about a customer, and how it joins what is known."""

import datetime as dt
from dataclasses import replace

from pydantic import BaseModel, field_validator

from shared.model.contact import MAX_FIELD_CHARACTERS, PROFILE_FIELDS, Contact, ProfileField, flagged
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

    @property
    def says_something(self) -> bool:
        """Tell whether anything was found."""
        return self.wants_human or any((self.first_name, self.last_name, self.company, self.email, self.language))


def apply_details(contact: Contact, details: ContactDetails, now: dt.datetime) -> Contact:
    """Return the contact with what was found; what staff entered is never touched.

    What another account said before is known of the present one only once it says so itself.
    """
    profile = dict(contact.profile)
    for name in PROFILE_FIELDS:
        found: str | None = getattr(details, name)
        known = profile.get(name)
        is_known = known and known.value == found and contact.is_of_present_account(known.updated_at)
        if found and not is_known and not (known and known.source == "staff"):
            profile[name] = ProfileField(value=found, source="assistant", updated_at=now)
    after = replace(contact, profile=profile, language=details.language or contact.language)
    return flagged(after, "asked_for_human", now) if details.wants_human else after
