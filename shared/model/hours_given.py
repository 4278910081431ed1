"""Opening hours as an owner writes them: brought into one spelling, or refused.

What is stored is read leniently: only in the context WRITTEN is refused what an earlier version let pass.
"""

import datetime as dt
import re
from typing import Any

from pydantic import ValidationInfo

WRITTEN = {"written": True}  # the context in which what an owner wrote is read
_CLOSED = {"", "-", "chiuso", "chiusa", "chiusi", "closed"}
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?(?![\d:.])")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

# Whose public holidays are known to the package `holidays`, which takes 0.1 s to import.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE
    VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()
)


def normal_span(given: str) -> str:
    """Return a span like `09:00-13:00`, which may be written as `9-13`."""
    text = re.sub(r"\s+", "", given).replace("\N{EN DASH}", "-")
    text = _CLOCK.sub(lambda found: f"{int(found[1]):02}:{found[2] or '00'}", text)
    if not _SPAN.fullmatch(text):
        raise ValueError("must look like 09:00-13:00")
    return text


def without_closed(given: Any) -> Any:
    """Return what a day's spans are without the words for none."""
    if not isinstance(given, list):
        return given
    return [each for each in given if not (isinstance(each, str) and each.strip().casefold() in _CLOSED)]


def not_before_day(until: dt.date | None, info: ValidationInfo) -> dt.date | None:
    """Return the last of some days; raises ValueError for one before the first when an owner wrote it."""
    day = info.data.get("day")
    if info.context == WRITTEN and until and day and until < day:
        raise ValueError("must not be before the day")
    return until


def known_country(given: str, info: ValidationInfo) -> str:
    """Return a country's code; raises ValueError for an unknown one when an owner wrote it."""
    if info.context == WRITTEN and given and given not in COUNTRIES:
        raise ValueError("is no country whose holidays are known")
    return given
