"""Identifiers that look like WhatsApp's own, and people that look like customers."""

import base64
import random
import secrets
import string
import unicodedata

FIRST_NAMES = (
    "Giulia Marco Francesca Luca Chiara Matteo Elena Davide Sara Alessandro Martina Simone Valentina Andrea "
    "Camille Jonas Sofía Oliver Amélie Nadia"
).split()
LAST_NAMES = (
    "Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Mancini Costa Giordano "
    "Moreau Schmidt García Novak"
).split()
MOBILE_PREFIXES = ("320", "328", "333", "338", "340", "347", "349", "366", "380", "391")

_people = random.SystemRandom()


def new_message_id() -> str:
    """Return a message id shaped like Meta's: `wamid.` and Base64."""
    return "wamid." + base64.b64encode(b"\x1d\x18\x0c" + secrets.token_bytes(27)).decode()


def new_trace_id() -> str:
    """Return an `fbtrace_id`."""
    return "A" + secrets.token_urlsafe(17)


def new_user_id() -> str:
    """Return a business-scoped user id of an Italian customer."""
    return "IT." + _digits(16)


def new_number_id() -> str:
    """Return a numeric object id, as media and templates have."""
    return str(_people.randint(1, 9)) + _digits(15)


def new_phone() -> str:
    """Return an Italian mobile number in digits, country code first."""
    return "39" + _people.choice(MOBILE_PREFIXES) + _digits(7)


def new_name() -> str:
    """Return a plausible first and last name."""
    return f"{_people.choice(FIRST_NAMES)} {_people.choice(LAST_NAMES)}"


def new_username(name: str) -> str:
    """Return a user name that goes with a person's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(plain.split()) + _digits(2)


def _digits(count: int) -> str:
    return "".join(_people.choice(string.digits) for _ in range(count))
