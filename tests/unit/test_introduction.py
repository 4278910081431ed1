"""What a customer is told before the first answer: that an AI answers, whatever the business's own text says."""

import datetime as dt

import pytest

from functions.process.assistant.introduction import introduction, says_it_is_an_ai
from shared.model.business import BusinessSettings, Privacy
from shared.model.contact import Contact
from shared.settings import Language

NOW = dt.datetime(2026, 11, 28, 9, 15, tzinfo=dt.UTC)
NEW = Contact(id="c", created_at=NOW)
URL = "https://aurora.example/p"
LANGUAGES: tuple[Language, ...] = ("it", "en", "de", "fr", "es", "pt")


@pytest.mark.parametrize(
    "said",
    [
        "Sono l'assistente virtuale di Aurora.",
        "Ti risponde un'AI.",
        "Qui risponde una IA, chiedi pure",
        "Questo è un bot",
        "Risposte automatiche, 24 ore su 24",
        "I am the shop's virtual assistant",
        "Hier antwortet eine KI.",
        "Hier antwortet Ihr virtueller Assistent",
        "Un assistant virtuel vous répond",
        "Le responde una inteligencia artificial",
        "Aqui responde o assistente virtual",
    ],
)
def test_own_text_that_says_it_stands_alone(said: str) -> None:
    assert says_it_is_an_ai(said)
    assert introduction(NEW, BusinessSettings(first_contact={"it": said}), "it", "it") == said


@pytest.mark.parametrize(
    "said",
    [
        "Benvenuti da Aurora!",
        "Diamo il benvenuto ai nostri clienti",
        "BENVENUTI AI NOSTRI CLIENTI",
        "Ciao, sono Giulia, la tua assistente",
        "Rispondono persone vere, non un bot",
        "Nessuna intelligenza artificiale: rispondiamo noi",
        "No AI here, just us",
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_own_text_that_does_not_is_followed_by_ours(said: str, language: Language) -> None:
    told = introduction(NEW, BusinessSettings(first_contact={language: said}), language, "it")
    assert told.startswith(f"{said}\n")
    assert says_it_is_an_ai(told.removeprefix(said))


def test_notice_is_added_once() -> None:
    privacy = Privacy(notice_url=URL)
    said = "Sono l'assistente virtuale di Aurora."
    told = introduction(NEW, BusinessSettings(first_contact={"it": said}, privacy=privacy), "it", "it")
    assert told == f"{said}\nCome trattiamo i Suoi dati: {URL}"
    own = BusinessSettings(first_contact={"it": f"{said} Privacy: {URL}"}, privacy=privacy)
    assert introduction(NEW, own, "it", "it").count(URL) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_notice_alone_makes_a_fixed_text(language: Language) -> None:
    told = introduction(NEW, BusinessSettings(privacy=Privacy(notice_url=URL)), language, "it")
    assert says_it_is_an_ai(told) and told.endswith(URL) and "\n" not in told


def test_text_in_another_language_is_followed_by_ours_in_the_customers() -> None:
    told = introduction(NEW, BusinessSettings(first_contact={"it": "Benvenuti!"}), "en", "it")
    assert told.startswith("Benvenuti!\nA virtual assistant")


def test_nothing_of_ours_where_nothing_is_set() -> None:
    assert introduction(NEW, BusinessSettings(), "it", "it") == ""
