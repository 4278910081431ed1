"""What the assistant may still ask for: twice, businesses alone, and not who would not tell."""

import time
from dataclasses import replace

import pytest

from functions.process.assistant.asking import asking, asks_for, counted, heard
from shared.model.business import DEFAULT_FIELDS, CollectedField
from shared.model.contact import Contact
from shared.model.profile_field import ProfileField
from tests.unit.said import NOW, said

FIELDS = [
    *DEFAULT_FIELDS,
    CollectedField(name="plate", label="Targa dell'auto"),
    CollectedField(name="vat", label="Partita IVA", type="vat", ask="business"),
    CollectedField(name="birthday", label="Compleanno", type="date", ask="never"),
]
BY_NAME = {each.name: each for each in FIELDS}
EMPTY = Contact(id="c", created_at=NOW)


def names(contact: Contact) -> list[str]:
    return [each.name for each in asking(contact, FIELDS)]


def test_private_person_is_not_asked_what_businesses_are() -> None:
    assert names(EMPTY) == ["first_name", "last_name", "email", "plate"]


@pytest.mark.parametrize(
    "text",
    [
        "mi serve la fattura",
        "la mia P.IVA è qui",
        "siamo una S.r.l.",
        "è per l'azienda",
        "I need an invoice",
        "brauche eine Rechnung",
        "une facture svp",
        "necesito factura",
        "preciso de fatura",
    ],
)
def test_customer_who_speaks_as_a_business_is_asked_and_stays_one(text: str) -> None:
    contact = heard(EMPTY, said(text), NOW)
    assert names(heard(contact, said("ciao"), NOW)) == [
        "first_name",
        "last_name",
        "company",
        "email",
        "plate",
        "vat",
    ]


def test_what_is_known_is_not_asked() -> None:
    known = {"first_name": ProfileField(value="Ugo", source="staff", updated_at=NOW)}
    assert names(replace(EMPTY, profile=known)) == ["last_name", "email", "plate"]


def test_each_is_asked_at_most_twice() -> None:
    contact = EMPTY
    for _ in range(2):
        assert "email" in names(contact)
        contact = counted(contact, asking(contact, FIELDS), "Certo. Qual è la sua e-mail?")
    assert contact.asked == {"email": 2}
    assert "email" not in names(contact)


@pytest.mark.parametrize(
    "refusal", ["preferisco di no", "No grazie", "no thanks", "lieber nicht", "No", "non te lo dico"]
)
def test_declining_is_remembered(refusal: str) -> None:
    contact = heard(EMPTY, said(refusal, question="Qual è la sua e-mail?"), NOW)
    assert contact.declined == {"email": NOW}
    assert "email" not in names(contact)


def test_no_to_another_question_declines_nothing() -> None:
    assert heard(EMPTY, said("no grazie", question="Le serve altro?"), NOW) == EMPTY
    assert heard(EMPTY, said("no grazie", question="Ho annotato la sua e-mail."), NOW) == EMPTY


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Come ti chiami?", ["first_name"]),
        ("Come si chiama?", ["first_name"]),
        ("Mi dice nome e cognome?", ["first_name", "last_name"]),
        ("Qual è il suo cognome?", ["last_name"]),
        ("What is your last name?", ["last_name"]),
        ("May I have your name?", ["first_name"]),
        ("Per quale azienda lavora?", ["company"]),
        ("Come si chiama la sua azienda?", ["company"]),
        ("A quale indirizzo e-mail le scriviamo?", ["email"]),
        ("Wie ist Ihr Nachname?", ["last_name"]),
        ("Quel est votre prénom ?", ["first_name"]),
        ("¿Cuál es su apellido?", ["last_name"]),
        ("Qual é o seu sobrenome?", ["last_name"]),
        ("Mi scrive la targa della sua auto?", ["plate"]),
        ("Ha una partita IVA?", ["vat"]),
        ("Come posso aiutarla?", []),
        ("Ho annotato il suo cognome. Le serve altro?", []),
        ("Buona giornata!", []),
    ],
)
def test_answer_that_asks_for_a_field_is_seen(text: str, asked: list[str]) -> None:
    assert [name for name, field in BY_NAME.items() if asks_for(field, text)] == asked


@pytest.mark.parametrize("unit", ["parola ", "1.", "..."])
def test_an_answer_without_an_end_of_a_sentence_takes_no_time(unit):
    field = CollectedField(name="size", label="Misura")
    began = time.process_time()

    assert not asks_for(field, unit * (20_000 // len(unit)))

    assert time.process_time() - began < 1
