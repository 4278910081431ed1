"""Phone numbers: how WhatsApp spells them, the one spelling they are looked up by, and what they tell.

Some numbers have two spellings that reach the same person, and WhatsApp uses now one, now the other:

Brazil      mobiles with and without the 9 that was added until 2016: +55 11 9XXXX XXXX, +55 11 XXXX XXXX
Argentina   mobiles with and without the 9 that calls from abroad need: +54 9 11…, +54 11…
Mexico      mobiles with and without the 1 that was dropped in 2020: +52 1 55…, +52 55…
Italy       landlines with and without their leading 0: +39 06…, +39 6…
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from shared.settings import Language

_BLANKS = re.compile(r"[\s()+./\u00a0-]")
_BRAZIL, _ARGENTINA, _MEXICO, _ITALY = 55, 54, 52, 39

_LANGUAGE_OF_REGION: dict[str, Language] = {
    **dict.fromkeys(("IT", "SM", "VA"), "it"),
    **dict.fromkeys(("US", "GB", "IE", "AU", "NZ", "CA", "IN", "ZA", "NG", "MT"), "en"),
    **dict.fromkeys(("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY", "PY", "BO", "CR", "DO"), "es"),
    **dict.fromkeys(("FR", "BE", "LU", "MC", "SN", "CI"), "fr"),
    **dict.fromkeys(("DE", "AT", "CH", "LI"), "de"),
    **dict.fromkeys(("PT", "BR", "AO", "MZ"), "pt"),
}


def normal_phone(value: str) -> str | None:
    """Return a number in E.164 as it is spelled, with its plus sign; None when it is not a number."""
    digits = _BLANKS.sub("", value)
    if not digits.isascii() or not digits.isdigit():
        return None
    digits = re.sub(r"^(?:00)+(?=[1-9])", "", digits)  # the prefix of calls abroad, dialled along
    number = _parse(f"+{digits}")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else f"+{digits}"


def dialled_phone(text: str, region: str = "IT") -> str | None:
    """Return the number that somebody typed, in E.164; without its country it is one of the region's.

    None for what nobody can have.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number) and not number.extension
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if valid else None


@lru_cache(maxsize=4096)
def canonical_phone(value: str) -> str:
    """Return the one spelling under which a number is looked up; it is not meant for sending.

    What is not a number stays as it is.
    """
    phone = normal_phone(value)
    if phone is None:
        return value
    if phone != value:  # reading a number may drop one stray 0 of several, so that its result is read again
        return canonical_phone(phone)
    number = _parse(phone)
    canonical = phonenumbers.format_number(_canonical(number), PhoneNumberFormat.E164) if number else phone
    return canonical if canonical == phone else canonical_phone(canonical)


def format_phone(phone: str | None) -> str | None:
    """Write an E.164 number the way people read it."""
    if not phone:
        return None
    number = _parse(phone)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else phone


def phone_language(phone: str | None) -> Language | None:
    """Return the language that is spoken where a number is from, if we have it."""
    number = _parse(phone) if phone else None
    region = phonenumbers.region_code_for_number(number) if number else None
    return _LANGUAGE_OF_REGION.get(region or "")


def _canonical(number: PhoneNumber) -> PhoneNumber:
    national = phonenumbers.national_significant_number(number)
    match number.country_code:
        case code if code == _BRAZIL and len(national) == 10:
            return _if_valid(number, f"{national[:2]}9{national[2:]}")
        case code if code == _ARGENTINA and len(national) == 11 and national[0] == "9":
            return _with_national(number, national[1:])
        case code if code == _MEXICO and len(national) == 11 and national[0] == "1":
            return _with_national(number, national[1:])
        case code if code == _ITALY:
            return _if_valid(number, national[1:] if national[0] == "0" else f"0{national}")
    return number


def _if_valid(number: PhoneNumber, national: str) -> PhoneNumber:
    """Prefer another spelling of a number that nobody can have as it is."""
    other = _with_national(number, national)
    better = not phonenumbers.is_valid_number(number) and phonenumbers.is_valid_number(other)
    return other if better else number


def _with_national(number: PhoneNumber, national: str) -> PhoneNumber:
    return _parse(f"+{number.country_code}{national}") or number


def _parse(phone: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
