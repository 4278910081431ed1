"""What a value of a collected field may be: read in the spellings that people use, kept in one.

A number is kept like `1234.5`, a date like `2026-11-28`, a phone number in E.164 where its country is known,
a VAT
number without blanks. Italian partita IVA numbers have their check digit verified (a Luhn sum, decree of 23
December
1976); of other countries' only the shape is known here (ec.europa.eu/taxation_customs/vies, "VAT number
structure").
"""

import datetime as dt
import re
import unicodedata

from shared.model.business import CollectedField
from shared.model.contact import MAX_FIELD_CHARACTERS
from shared.model.email_address import normal_email
from shared.model.phone_number import normal_phone

PROBLEMS = {
    "text": "is too long",
    "number": "is not a number",
    "date": "is not a date",
    "choice": "is none of the choices",
    "email": "is not an e-mail address",
    "phone": "is not a phone number",
    "vat": "is not a VAT number",
}
# After the country's two letters.
_VAT_SHAPES = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "LT": r"\d{9}(\d{3})?",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"(\d{9}|\d{12}|(GD|HA)\d{3})",
}
_PHONE_DIGITS = range(6, 16)  # E.164 has at most 15


def normal_value(field: CollectedField, given: str) -> str | None:
    """Return a value in the spelling that it is kept in, or None when it is none of the field's type."""
    text = " ".join(given.split())
    if not text or len(text) > MAX_FIELD_CHARACTERS:
        return None
    match field.type:
        case "number":
            return normal_number(text)
        case "date":
            return normal_date(text)
        case "choice":
            return next((choice for choice in field.choices if folded(choice) == folded(text)), None)
        case "email":
            return normal_email(text)
        case "phone":
            return normal_telephone(text)
        case "vat":
            return normal_vat(text)
        case "text":
            return text


def folded(text: str) -> str:
    """Return a text without case and accents, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def normal_number(text: str) -> str | None:
    """Return a number like `1234.5`; a point or comma before exactly three last digits parts thousands."""
    digits = re.sub(r"[\s'\u2019]", "", text)
    if not re.fullmatch(r"[+-]?\d{1,15}(?:[.,]\d+)*", digits, re.ASCII):
        return None
    signs = re.findall(r"[.,]", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    is_thousands = signs and (
        (len(set(signs)) == 1 and len(digits) - last == 4 and not re.match(r"[+-]?0[.,]", digits))
        or (len(signs) > 1 and len(set(signs)) == 1)
    )
    if not signs or is_thousands:
        whole, fraction = re.sub(r"[.,]", "", digits), ""
    else:
        whole, fraction = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :].rstrip("0")
    sign = "-" if whole.startswith("-") else ""
    whole = whole.lstrip("+-").lstrip("0") or "0"
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def normal_date(text: str) -> str | None:
    """Return a date like `2026-11-28`; a numeric one has its day first, or is ISO 8601."""
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if match:
        year, month, day = (int(part) for part in match.groups())
    else:
        match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text, re.ASCII)
        if not match:
            return None
        day, month, year = (int(part) for part in match.groups())
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def normal_telephone(text: str) -> str | None:
    """Return a phone number: in E.164 where it begins with its country's code, else its digits."""
    blank = re.sub(r"[\s()./\u00a0-]", "", text)
    if not re.fullmatch(r"\+?\d+", blank, re.ASCII) or len(blank.lstrip("+")) not in _PHONE_DIGITS:
        return None
    return normal_phone(blank) if blank.startswith(("+", "00")) else blank


def normal_vat(text: str) -> str | None:
    """Return a VAT number without blanks and in capitals; eleven digits alone are Italian."""
    number = re.sub(r"[\s.\-/]", "", text).upper()
    if not number.isascii():
        return None
    digits = number.removeprefix("IT")
    if re.fullmatch(r"\d{11}", digits):
        return number if _is_partita_iva(digits) else None
    shape = _VAT_SHAPES.get(number[:2])
    return number if shape and re.fullmatch(shape, number[2:]) else None


def _is_partita_iva(digits: str) -> bool:
    doubled = [int(digit) * 2 for digit in digits[1::2]]
    total = sum(int(digit) for digit in digits[::2]) + sum(twice - 9 * (twice > 9) for twice in doubled)
    return total % 10 == 0 and digits.strip("0") != ""
