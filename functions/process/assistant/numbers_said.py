"""Numbers and dates that a text holds, in figures or words, so that a value can be found in it. Pure "
"functions."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from functions.process.assistant.words import words_of
from shared.model.field_value import normal_number

MAX_AHEAD = 62  # days, in which each day of the month comes

_UNITS = {
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici "
    "diciassette diciotto diciannove venti",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
    "sechzehn "
    "siebzehn achtzehn neunzehn zwanzig",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis "
    "diecisiete dieciocho diecinueve veinte",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dixsept "
    "dixhuit dixneuf vingt",
    "pt": "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
    "dezessete "
    "dezoito dezenove vinte",
}
_NUMBERS: dict[str, set[int]] = {}
for _line in _UNITS.values():
    for _number, _word in enumerate(_line.split()):
        _NUMBERS.setdefault(_word, set()).add(_number)
for _word in ("una", "un", "ein", "eine", "une", "uma", "a"):
    _NUMBERS.setdefault(_word, set()).add(1)
for _tens, _line in {
    30: "trenta thirty dreissig treinta trente trinta",
    40: "quaranta forty vierzig cuarenta quarante quarenta",
    50: "cinquanta fifty funfzig cincuenta cinquante cinquenta",
    60: "sessanta sixty sechzig sesenta soixante sessenta",
    70: "settanta seventy siebzig setenta septante",
    80: "ottanta eighty achtzig ochenta oitenta",
    90: "novanta ninety neunzig noventa nonante",
    100: "cento hundred hundert cien cent cem",
    1000: "mille thousand tausend mil",
}.items():
    for _word in _line.split():
        _NUMBERS.setdefault(_word, set()).add(_tens)

_QUANTITIES = {
    2: "paio coppia pair couple paar par paire",
    10: "decina decena dizaine dezena",
    12: "dozzina dozen dutzend docena douzaine duzia",
    15: "quindicina quincena quinzaine quinzena",
    20: "ventina veintena vingtaine",
    30: "trentina trentaine",
    50: "cinquantina cinquantaine",
    100: "centinaio centenar centaine centena",
}
for _number, _line in _QUANTITIES.items():
    for _word in _line.split():
        _NUMBERS.setdefault(_word, set()).add(_number)


_TENS = {
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "es": "veinti",
}


def _compounds() -> Iterator[tuple[str, int]]:
    """Yield what is one word between the tens: `ventidue`, `zweiundzwanzig`, `veintidos`."""
    for language, line in _TENS.items():
        for tens, ten in enumerate(line.split(), start=2):
            for number, one in enumerate(_UNITS[language].split()[1:10], start=1):
                stem = ten[:-1] if language == "it" and number in (1, 8) else ten
                word = f"{one.replace('eins', 'ein')}und{ten}" if language == "de" else stem + one
                yield word, tens * 10 + number


for _word, _number in _compounds():
    _NUMBERS.setdefault(_word, set()).add(_number)

_ROUND = frozenset(word for word, numbers in _NUMBERS.items() if numbers <= set(range(20, 100, 10)))

_MONTHS = {
    1: "gennaio gen january jan januar enero ene janvier janeiro",
    2: "febbraio feb february februar febrero fevrier fevereiro",
    3: "marzo mar march marz mars marco",
    4: "aprile apr april abril avril abr",
    5: "maggio mag may mai mayo maio",
    6: "giugno giu june jun juni junio juin junho",
    7: "luglio lug july jul juli julio juillet julho",
    8: "agosto ago august aug aout",
    9: "settembre set sett september sep sept septiembre septembre setembro",
    10: "ottobre ott october oct oktober okt octubre octobre outubro",
    11: "novembre nov november noviembre novembro",
    12: "dicembre dic december dec dezember dez diciembre decembre dezembro",
}
_MONTH_OF = {word: month for month, words in _MONTHS.items() for word in words.split()}
_DAYS = (
    "lunedi monday montag lunes lundi segunda",
    "martedi tuesday dienstag martes mardi terca",
    "mercoledi wednesday mittwoch miercoles mercredi quarta",
    "giovedi thursday donnerstag jueves jeudi quinta",
    "venerdi friday freitag viernes vendredi sexta",
    "sabato saturday samstag sabado samedi",
    "domenica sunday sonntag domingo dimanche",
)
_DAY_OF = {word: day for day, words in enumerate(_DAYS) for word in words.split()}
_OFFSETS = {
    0: "oggi stasera stamattina today tonight heute hoy aujourd hoje",
    1: "domani domattina tomorrow morgen manana demain amanha",
    2: "dopodomani ubermorgen",
}
_AHEAD = frozenset("fra tra in within entro dans en em dentro".split())
_DAYS_OF = {
    1: "giorno giorni day days tag tage tagen dia dias jour jours",
    7: "settimana settimane week weeks woche wochen semana semanas semaine semaines",
}
_DAYS_OF_WORD = {word: days for days, words in _DAYS_OF.items() for word in words.split()}
_FEASTS = {
    (1, 1): "capodanno",
    (6, 1): "epifania befana",
    (15, 8): "ferragosto",
    (24, 12): "vigilia heiligabend nochebuena",
    (25, 12): "natale christmas weihnachten navidad noel natal",
    (31, 12): "silvestro silvester nochevieja",
}
_FEAST_OF = {word: day for day, words in _FEASTS.items() for word in words.split()}
_OFFSET_OF = {word: days for days, words in _OFFSETS.items() for word in words.split()}
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?[./-]\s?(\d{1,2})(?:\s?[./-]\s?(\d{2,4}))?(?!\d)", re.ASCII)
_FIGURES = re.compile(r"[+-]?\d[\d.,'\u2019]*", re.ASCII)


def holds_number(text: str, number: str) -> bool:
    """Tell whether a text holds a number (as `normal_number` writes it), in figures or, below 100, in words."""
    figures = (match[0].rstrip(".,'\u2019") for match in _FIGURES.finditer(text))
    if any(number in (normal_number(each), normal_number(each.lstrip("+-"))) for each in figures):
        return True
    return any(number == str(each) for each in _numbers([word.letters for word in words_of(text)]))


def _numbers(said: Sequence[str]) -> Iterator[int]:
    """Yield the numbers that words name, also of two: `twenty two`, `treinta y dos`."""
    for place, word in enumerate(said):
        yield from _NUMBERS.get(word, ())
        for tens in _NUMBERS.get(word, ()) if word in _ROUND else ():
            for one in [each for each in said[place + 1 : place + 3] if each != "&"][:1]:
                yield from (tens + each for each in _NUMBERS.get(one, ()) if 0 < each < 10)


def holds_date(text: str, date: dt.date, said_at: dt.date) -> bool:
    """Tell whether a text that was written on a day names a date: in figures, with its month, or as seen from "
    "there."""
    near = abs(date.year - said_at.year) <= 1
    for day, month, year in (*_numeric_dates(text), *_named_dates(text)):
        if (day, month) == (date.day, date.month) and (year == date.year or (year is None and near)):
            return True
    distance = (date - said_at).days
    said = [word.letters for word in words_of(text)]
    for word in said:
        if _OFFSET_OF.get(word) == distance:
            return True
        if _DAY_OF.get(word) == date.weekday() and 0 <= distance <= 14:
            return True
    if distance in _distances(said):
        return True
    # The day of the month alone: "il 12"; not each month has a 31st.
    is_next = 0 <= distance <= 31 or date == _next(date.day, said_at)
    return is_next and f"{date.day}" in said and not list(_numeric_dates(text))


def _distances(said: Sequence[str]) -> Iterator[int]:
    """Yield how many days ahead words tell: `fra due settimane`, `tra 3 giorni`."""
    for place, word in enumerate(said):
        days = _DAYS_OF_WORD.get(word)
        if days and place >= 2 and said[place - 2] in _AHEAD:
            count = said[place - 1]
            yield from (days * each for each in ([int(count)] if count.isdecimal() else _NUMBERS.get(count, ())))


def _next(day: int, said_at: dt.date) -> dt.date | None:
    """Return the next date of a day of the month, seen from another one."""
    ahead = (said_at + dt.timedelta(days=number) for number in range(MAX_AHEAD))
    return next((date for date in ahead if date.day == day), None)


def _numeric_dates(text: str) -> Iterator[tuple[int, int, int | None]]:
    for match in _NUMERIC.finditer(text):
        one, two, three = int(match[1]), int(match[2]), match[3]
        if len(match[1]) == 4:
            if three:
                yield int(three), two, one
            continue
        year = (int(three) + (2000 if len(three) == 2 else 0)) if three else None
        yield one, two, year
        yield two, one, year  # as in the United States
        if year and len(match[3]) == 2:
            yield one, two, year - 100


def _named_dates(text: str) -> Iterator[tuple[int, int, int | None]]:
    said = [word.letters for word in words_of(text)]
    yield from ((*_FEAST_OF[word], None) for word in said if word in _FEAST_OF)
    for place, word in enumerate(said):
        month = _MONTH_OF.get(word)
        if month is None:
            continue
        around = said[max(0, place - 2) : place + 3]
        days = [day for each in around if (day := _day(each)) is not None]
        years = [int(each) for each in around if re.fullmatch(r"(19|20)\d\d", each)]
        for day in days:
            yield day, month, years[0] if years else None


def _day(word: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|o|º|a)?", word)
    if match:
        return int(match[1])
    if word in ("primo", "first", "premier", "erste", "ersten", "primero", "primeiro"):
        return 1
    return next((each for each in _NUMBERS.get(word, ()) if 1 <= each <= 31), None)
