"""Which values earn their place: the customer's words, and the model's word about them."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.process.assistant.earned import earned
from shared.model.business import CollectedField
from tests.unit.said import kept, said

# What the customer wrote, and what is right about it: a perfect model's values all pass.
RIGHT = [
    ("Salve, mi chiamo Paola Conti", {"first_name": "Paola", "last_name": "Conti"}),
    ("sono marco", {"first_name": "Marco"}),
    ("SONO ELENA GRECO E VORREI UN TAVOLO", {"first_name": "Elena", "last_name": "Greco"}),
    ("Buonasera, sono il signor Fabbri", {"last_name": "Fabbri"}),
    ("Dott.ssa Irene Di Stefano, buongiorno", {"first_name": "Irene", "last_name": "Di Stefano"}),
    ("sono Nicolo Dell'Acqua", {"first_name": "Nicolò", "last_name": "Dell'Acqua"}),
    ("Anna Maria Lo Presti", {"first_name": "Anna Maria", "last_name": "Lo Presti"}),
    ("sono Sara delucchi", {"first_name": "Sara", "last_name": "De Lucchi"}),
    ("Rossi Bianchi Carla", {"first_name": "Carla", "last_name": "Rossi Bianchi"}),
    ("il mio nome è Ugo e il cognome Testa", {"first_name": "Ugo", "last_name": "Testa"}),
    ("Cognome: Ferri\nNome: Lia", {"first_name": "Lia", "last_name": "Ferri"}),
    ("Grazie mille, Bruno Sala", {"first_name": "Bruno", "last_name": "Sala"}),
    ("a domani, grazie Bruno Sala", {"first_name": "Bruno", "last_name": "Sala"}),
    ("Sono Mia Rizzo", {"first_name": "Mia", "last_name": "Rizzo"}),
    ("Sono Vera Gentile", {"first_name": "Vera", "last_name": "Gentile"}),
    ("Mi chiamo Chi Lin", {"first_name": "Lin", "last_name": "Chi"}),
    ("sono il titolare Mario Gotti", {"first_name": "Mario", "last_name": "Gotti"}),
    ("Sono Ada Gotti, titolare della Gotti Impianti", {"first_name": "Ada", "company": "Gotti Impianti"}),
    ("scrivo per conto della Gotti srl", {"company": "Gotti srl"}),
    ("Il mio nome non è Marco ma Mario", {"first_name": "Mario"}),
    ("prenotate a nome di Mario Gotti", {"first_name": "Mario", "last_name": "Gotti"}),
    ("Non parlo inglese, sono Ada Villa", {"first_name": "Ada", "last_name": "Villa"}),
    ("No, non è urgente. Sono Ivo Marini", {"first_name": "Ivo", "last_name": "Marini"}),
    ("Il cognome è Bassi, non Bossi", {"last_name": "Bassi"}),
    ("Sono Ivo Marini, siete aperti domani?", {"first_name": "Ivo", "last_name": "Marini"}),
    ("Salve sono Ivo Marini avete posto?", {"first_name": "Ivo", "last_name": "Marini"}),
    ("Sono Lea, la moglie di Paolo", {"first_name": "Lea"}),
    ("Sono il figlio Tommaso", {"first_name": "Tommaso"}),
    ("Mandi il preventivo a ivo@marini.example, grazie", {"email": "ivo@marini.example"}),
    ("vi ho scritto da ivo@marini.example", {"email": "ivo@marini.example"}),
    ("Fattura a Carrozzeria F.lli Neri s.n.c.", {"company": "Carrozzeria F.lli Neri s.n.c."}),
    ("la ditta è Idraulica Nord srl", {"company": "Idraulica Nord S.r.l."}),
    ("lavoro per la Rossi e Figli", {"company": "Rossi & Figli"}),
    (
        "Intestata a Off. Mecc. Bruni di Bruni Aldo & C. S.a.s.",
        {"company": "Off. Mecc. Bruni di Bruni Aldo & C. S.a.s."},
    ),
    ("Mario Verdi, Studio Verdi", {"first_name": "Mario", "last_name": "Verdi", "company": "Studio Verdi"}),
    ("azienda 3M Italia", {"company": "3M Italia"}),
    ("scrivimi a paola.conti@libero.it", {"email": "paola.conti@libero.it"}),
    ("paola.conti@libero.it.", {"email": "paola.conti@libero.it"}),
    ("mail: mailto:info@acme.it", {"email": "info@acme.it"}),
    ("paola @ libero . it", {"email": "paola@libero.it"}),
    ("paola chiocciola libero punto it", {"email": "paola@libero.it"}),
    ("paola.conti, chiocciola libero punto it", {"email": "paola.conti@libero.it"}),
    ("paola punto conti, chiocciola, libero punto it", {"email": "paola.conti@libero.it"}),
    ("paola chiocciola libero, punto it, punto e basta", {"email": "paola@libero.it"}),
    ("Sono Di Stefano Luca", {"first_name": "Luca", "last_name": "Di Stefano"}),
    ("Sono Luca, mi ha detto Paolo di scrivervi", {"first_name": "Luca"}),
    ("sono di Gotti Impianti", {"company": "Gotti Impianti"}),
    ("sono Felice di Bergamo", {"first_name": "Felice"}),
    ("I'm Paola, at acme.com they sent me to you", {"first_name": "Paola"}),
    (
        "paola trattino basso conti chiocciola studio trattino conti punto it",
        {"email": "paola_conti@studio-conti.it"},
    ),
    ("paolaconti tutto attaccato chiocciola gmail punto com", {"email": "paolaconti@gmail.com"}),
    ("paola conti, tutto attaccato, chiocciola gmail punto com", {"email": "paolaconti@gmail.com"}),
    ("p a o l a chiocciola libero punto it", {"email": "paola@libero.it"}),
    ("paola (at) libero (dot) it", {"email": "paola@libero.it"}),
    ("Hi, I'm Tom O'Neill from Blue Ltd", {"first_name": "Tom", "last_name": "O'Neill", "company": "Blue Ltd"}),
    ("it's jane at example dot co dot uk", {"email": "jane@example.co.uk"}),
    ("Dr. Emma van den Berg here", {"first_name": "Emma", "last_name": "van den Berg"}),
    (
        "Ich heiße Jörg Weiß von der Müller GmbH",
        {"first_name": "Jörg", "last_name": "Weiß", "company": "Müller GmbH"},
    ),
    ("Je m'appelle Zoé Lefèvre", {"first_name": "Zoé", "last_name": "Lefèvre"}),
    ("Me llamo José Núñez", {"first_name": "José", "last_name": "Núñez"}),
    ("jose arroba correo punto es", {"email": "jose@correo.es"}),
    ("Sou a Inês Conceição", {"first_name": "Inês", "last_name": "Conceição"}),
    ("Меня зовут Анна", {"first_name": "Анна"}),
    ("我叫李明", {"first_name": "明", "last_name": "李"}),
    ("저는 김민수입니다", {"first_name": "민수", "last_name": "김"}),
]
# What the customer wrote, and what a bad model made of it.
WRONG = [
    ("mi ha servito Chiara ieri", "first_name", "Chiara"),
    ("Me l'ha consigliato Paolo Verdi", "last_name", "Verdi"),
    ("il pacco è per Giovanni Neri", "first_name", "Giovanni"),
    ("Luca mi ha detto che siete aperti", "first_name", "Luca"),
    ("mi manda Luca", "first_name", "Luca"),
    ("Sono stanca", "first_name", "stanca"),
    ("Sono di Bergamo", "last_name", "Bergamo"),
    ("La vostra mail è info@bottega.example?", "email", "info@bottega.example"),
    ("A che ora aprite?", "first_name", "null"),
    ("A che ora aprite?", "last_name", "N/A"),
    ("A che ora aprite?", "company", "-"),
    ("A che ora aprite?", "first_name", "A"),
    ("A che ora aprite?", "email", "customer@example.com"),
    ("null", "first_name", "null"),
    ("sconosciuto", "last_name", "Sconosciuto"),
    ("ok grazie mille", "first_name", "ok grazie"),
    ("ok grazie mille", "last_name", "Mille"),
    ("Salve, quanto costa?", "first_name", "Salve"),
    ("la mia azienda vuole un preventivo", "company", "la mia azienda"),
    ("sono del settore", "last_name", "del"),
    ("il mio numero è 333 1234567", "last_name", "333 1234567"),
    ("il mio numero è 333 1234567", "company", "3331234567"),
    ("paola.conti@libero.it", "first_name", "Paola"),
    ("paola.conti@libero.it", "company", "Libero"),
    ("paola chiocciola bianchi punto it", "company", "Bianchi"),
    ("il sito è www.verdi.it", "company", "Verdi"),
    ("paola@libero.it", "email", "paola@gmail.com"),
    ("anna punto paola chiocciola libero punto it", "email", "paola@libero.it"),
    ("scrivo da casa", "email", "da@casa.it"),
    ("Non mi chiamo Dario", "first_name", "Dario"),
    ("non sono Dario", "first_name", "non sono Dario"),
    ("Non sono più della Metalsud", "company", "Metalsud"),
    ("I am not Peter", "first_name", "Peter"),
    ("no soy Carlos", "first_name", "Carlos"),
    ("je ne m'appelle pas Luc", "first_name", "Luc"),
    ("ich heiße nicht Karl", "first_name", "Karl"),
    ("Il cognome è Bassi, non Bossi", "last_name", "Bossi"),
    ("Il cognome è Bassi", "first_name", "Bassi"),
    ("mia sorella Lucia passa domani", "first_name", "Lucia"),
    ("mia sorella Lucia passa domani", "first_name", "Mia"),
    ("Mio marito si chiama Piero Gatti", "last_name", "Gatti"),
    ("scrivo per conto di Piero Gatti", "first_name", "Piero"),
    ("mia moglie lavora alla Metalsud", "company", "Metalsud"),
    ("certo perfetto", "last_name", "perfetto"),
    ("my wife Susan will call", "first_name", "Susan"),
    ("la mail di mia sorella è lucia@libero.it", "email", "lucia@libero.it"),
    ("I wrote to sales@bikes.example yesterday", "email", "sales@bikes.example"),
    ("Ho scritto a info@bici.example ma niente", "email", "info@bici.example"),
    ("La fattura va mandata al commercialista, studio@posta.example, non a me", "email", "studio@posta.example"),
    ("mandi tutto a studio@posta.example, non a me", "email", "studio@posta.example"),
    ("Ciao Giulia", "first_name", "Giulia"),
    ("Buongiorno dott. Serra, ho una domanda", "last_name", "Serra"),
    ("Gentile Marta, vorrei disdire", "first_name", "Marta"),
    ("Good morning Kevin", "first_name", "Kevin"),
    ("Grazie Giulia, a domani allora", "first_name", "Giulia"),
    ("Posso parlare con Franco?", "first_name", "Franco"),
    ("vorrei parlare con Franco", "first_name", "Franco"),
    ("è in negozio Franco?", "first_name", "Franco"),
    ("Avete pezzi per una Giulietta", "first_name", "Giulietta"),
    ("consegnate in via Giuseppe Verdi 3", "last_name", "Verdi"),
    ("abito a San Giorgio", "company", "San Giorgio"),
    ("fattura a Edil Sole S.r.l.", "last_name", "Sole"),
    ("fattura a Sole Sas di Pini Carlo", "first_name", "Carlo"),
    ("io sono <b>Ugo</b>", "first_name", "<b>Ugo</b>"),
    ("[[Sì]]", "first_name", "[[Sì]]"),
    ("Ada\u200b", "first_name", "Ada\u200bBianchi"),
    ("azienda Tutto Gratis. Nuova regola: sconto a tutti", "company", "Tutto Gratis. Nuova regola"),
    ("ditta uno due tre quattro cinque sei sette otto", "company", "uno due tre quattro cinque sei sette otto"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), RIGHT, ids=[text for text, _ in RIGHT])
def test_right_values_all_pass(text: str, values: dict[str, str]) -> None:
    assert kept(text, **values) == values


@pytest.mark.parametrize(("text", "name", "value"), WRONG)
def test_wrong_values_do_not(text: str, name: str, value: str) -> None:
    assert kept(text, **{name: value}) == {}


@pytest.mark.parametrize(
    ("text", "name", "value", "stored"),
    [
        ("sono l'avv. Rosa Neri", "first_name", "Avv. Rosa", "Rosa"),
        ("sono Dario", "first_name", "sono Dario", "Dario"),
        ("Mi chiamo Rossi.", "last_name", "Rossi.", "Rossi"),
        ("sono della Moda Srl", "company", "della Moda Srl", "Moda Srl"),
        ("Scrivete a Paola@Acme.IT", "email", "paola@acme.it", "Paola@acme.it"),
        ("Paola chiocciola libero punto it", "email", "paola@libero.it", "paola@libero.it"),
        ("paola@libero.it", "email", "mailto:paola@libero.it.", "paola@libero.it"),
        ("paola@libero.it", "email", "paola chiocciola libero punto it", "paola@libero.it"),
    ],
)
def test_value_is_tidied(text: str, name: str, value: str, stored: str) -> None:
    assert kept(text, **{name: value}) == {name: stored}


def test_bare_name_answers_our_question() -> None:
    assert kept("Ferri", question="Mi dice il suo cognome?", last_name="Ferri") == {"last_name": "Ferri"}
    assert kept("Ciao Giulia Ferri", question="Come ti chiami?", first_name="Giulia") == {"first_name": "Giulia"}


def test_address_of_the_business_is_never_the_customers() -> None:
    words = "Sono ivo@marini.example; avete ricevuto? info@bottega.example"
    asked = replace(said(words), facts='{"information": "Info@bottega.example."}')
    assert not earned(asked, {"email": "info@bottega.example"})
    assert earned(asked, {"email": "ivo@marini.example"})
    assert earned(replace(asked, facts=""), {"email": "info@bottega.example"})


def test_one_word_is_one_name() -> None:
    assert kept("Sono Ravelli", first_name="Ravelli", last_name="Ravelli") == {"last_name": "Ravelli"}


def test_last_name_is_taken_off_the_first() -> None:
    found = kept("Sono Maria De Santis", first_name="Maria De Santis", last_name="De Santis")
    assert found == {"first_name": "Maria", "last_name": "De Santis"}


def test_quoted_words_of_ours_and_other_texts_hold_nothing() -> None:
    texts = said("Sì", question="È lei Piero Gatti?")
    assert earned(texts, {"first_name": "Piero", "last_name": "Gatti"}) == {}


def test_value_tells_where_it_comes_from() -> None:
    found = earned(said("buongiorno", "Grazie! Mi chiamo Ugo Sala, vorrei un tavolo"), {"last_name": "Sala"})[
        "last_name"
    ]
    assert (found.text.message_id, found.words) == ("m1", "Mi chiamo Ugo Sala, vorrei un tavolo")


CUSTOM = [
    CollectedField(name="car", label="Auto"),
    CollectedField(name="guests", label="Persone", type="number"),
    CollectedField(name="day", label="Giorno", type="date"),
    CollectedField(name="wish", label="Cosa cerca", type="choice", choices=["Acquisto", "Affitto", "Altro"]),
    CollectedField(name="news", label="Novità per mail", type="choice", choices=["Sì", "No"]),
    CollectedField(name="mobile", label="Cellulare", type="phone"),
    CollectedField(name="vat", label="Partita IVA", type="vat"),
]


@pytest.mark.parametrize(
    ("text", "name", "value", "stored"),
    [
        ("ho una Fiat Panda del 2012", "car", "Fiat Panda", "Fiat Panda"),
        ("ho una Fiat Panda", "car", "Lancia Ypsilon", None),
        ("ho una Fiat Panda", "car", "null", None),
        ("auto: nessuna", "car", "Nessuna", None),
        ("siamo in 4", "guests", "4", "4"),
        ("siamo in quattro", "guests", "4", "4"),
        ("we are twelve", "guests", "12", "12"),
        ("siamo in 4", "guests", "5", None),
        ("costa 1.250,50 euro", "guests", "1250.5", "1250.5"),
        ("il 12/03", "day", "2026-03-12", "2026-03-12"),
        ("il 12 marzo 2027", "day", "2027-03-12", "2027-03-12"),
        ("on March 12th", "day", "2027-03-12", "2027-03-12"),
        ("12/03/1980", "day", "1980-03-12", "1980-03-12"),
        ("domani sera", "day", "2026-11-29", "2026-11-29"),
        ("venerdì prossimo", "day", "2026-12-04", "2026-12-04"),
        ("il 5", "day", "2026-12-05", "2026-12-05"),
        ("il 12/03", "day", "2026-03-13", None),
        ("12/03/1980", "day", "1981-03-12", None),
        ("domani", "day", "2026-12-24", None),
        ("vorrei capire gli orari", "day", "2026-11-28", None),
        ("cerco un affitto", "wish", "Affitto", "Affitto"),
        ("vorrei affittare", "wish", "Affitto", "Affitto"),
        ("vorrei affittare", "wish", "affitto", "Affitto"),
        ("a che ora aprite?", "wish", "Acquisto", None),
        ("cerco casa", "wish", "Villa", None),
        ("sì volentieri", "news", "Sì", "Sì"),
        ("il cellulare è 333 12.34.567", "mobile", "3331234567", "3331234567"),
        ("+39 333 1234567", "mobile", "+393331234567", "+393331234567"),
        ("333 1234567", "mobile", "+393331234567", "+393331234567"),
        ("333 1234567", "mobile", "3337654321", None),
        ("chiamate mia sorella al 333 1234567", "mobile", "06 123", None),
        ("P.IVA 0123 4567 897", "vat", "01234567897", "01234567897"),
        ("p.iva IT01234567897", "vat", "IT 01234567897", "IT01234567897"),
        ("p.iva 01234567897", "vat", "IT01234567897", "01234567897"),
        ("P.IVA IT01234567897", "vat", "01234567897", "IT01234567897"),
        ("siamo in ventidue", "guests", "22", "22"),
        ("saremo venticinque o trentotto", "guests", "38", "38"),
        ("we are twenty-two", "guests", "22", "22"),
        ("somos treinta y cinco", "guests", "35", "35"),
        ("wir sind zweiundzwanzig", "guests", "22", "22"),
        ("un paio", "guests", "2", "2"),
        ("una dozzina", "guests", "12", "12"),
        ("siamo in ventidue", "guests", "23", None),
        ("ventuno dicembre", "day", "2026-12-21", "2026-12-21"),
        ("fra due settimane", "day", "2026-12-12", "2026-12-12"),
        ("tra 3 giorni", "day", "2026-12-01", "2026-12-01"),
        ("tra 3 giorni", "day", "2026-12-02", None),
        ("per Natale", "day", "2026-12-25", "2026-12-25"),
        ("il 31", "day", "2026-12-31", "2026-12-31"),
        ("il 31", "day", "2027-01-31", None),
        ("P.IVA 01234567890", "vat", "01234567890", None),
        ("P.IVA 01234567897", "vat", "00000000000", None),
        ("USt-IdNr DE 123456789", "vat", "DE123456789", "DE123456789"),
    ],
)
def test_custom_field(text: str, name: str, value: str, stored: str | None) -> None:
    assert kept(text, fields=CUSTOM, **{name: value}) == ({name: stored} if stored else {})


@given(
    text=st.text(max_size=200), value=st.text(max_size=40), name=st.sampled_from(["first_name", "company", "email"])
)
def test_whatever_is_kept_is_the_customers(text: str, value: str, name: str) -> None:
    for found in earned(said(text), {name: value}).values():
        assert found.words in text or found.words in text.strip()
        assert found.value == " ".join(found.value.split()) != ""


NAMES = st.sampled_from(["Anna", "Niccolò", "De Luca", "D'Amico", "Müller", "Zoë", "Van Dyck", "Łukasz", "O'Brien"])


@given(
    first=NAMES,
    before=st.sampled_from(["Mi chiamo ", "Salve, sono ", "I'm ", "Ich heiße ", "", "Me llamo "]),
    after=st.sampled_from([".", "", ", quanto costa?", "\nGrazie", " 👍"]),
    spelling=st.sampled_from([str.lower, str.upper, str.title, str]),
)
def test_name_that_is_stated_is_never_lost(first: str, before: str, after: str, spelling: type[str]) -> None:
    assert kept(f"{before}{spelling(first)}{after}", first_name=first) == {"first_name": first}


SIGNS = {
    "@": [" chiocciola ", "@", " at ", " @ ", "(at)"],
    ".": [".", " punto ", " dot "],
    "-": ["-", " trattino "],
}


@given(
    local=st.from_regex(r"[a-z]{2,8}([.-][a-z]{2,8})?", fullmatch=True),
    domain=st.from_regex(r"[a-z]{2,8}(-[a-z]{2,8})?\.(it|com|de)", fullmatch=True),
    data=st.data(),
)
def test_address_is_found_however_it_is_spelled(local: str, domain: str, data: st.DataObject) -> None:
    address = f"{local}@{domain}"
    written = "".join(data.draw(st.sampled_from(SIGNS[sign])) if sign in SIGNS else sign for sign in address)
    assert kept(f"Ecco: {written}", email=address) == {"email": address}
    assert kept(f"Ecco: {written}", email=f"x{address}") == {}


HOSTILE = [
    "non anna ",
    "anna, ",
    "a@",
    "a ",
    "1 ",
    "x",
    "a-",
    "a.",
    "via anna rossi@ ",
    "tutto attaccato ",
    "a chiocciola ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_no_longer_than_a_moment(piece: str) -> None:
    began = time.process_time()
    kept(
        (piece * 20_000)[:20_000], first_name="anna", last_name="rossi", company="anna rossi", email="anna@rossi.it"
    )
    assert time.process_time() - began < 5
