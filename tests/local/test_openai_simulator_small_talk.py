"""What the simulator reads out of a customer's words."""

import pytest

from local.openai_simulator.items import stored_items
from local.openai_simulator.small_talk import details_from, language_of
from local.openai_simulator.speakers import Turn, turns_of


def details(*texts: str) -> dict[str, str]:
    found = details_from([Turn("user", text) for text in texts])
    found.pop("language", None)
    return found


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("Mi chiamo Giulia", "Giulia", None),
        ("mi chiamo giulia e vorrei un preventivo", "Giulia", None),
        ("il mio cognome è Bianchi", None, "Bianchi"),
        ("Buongiorno, mi chiamo Mario vorrei un preventivo", "Mario", None),
        ("Sono Anna Costa. Buongiorno", "Anna", "Costa"),
        ("non mi chiamo Mario, mi chiamo Luca", "Luca", None),
        ("Salve sono Luca D\u2019Angelo", "Luca", "D'Angelo"),
        ("My name is John Smith", "John", "Smith"),
        ("Hello, I am Emma Clarke. Do you ship to Ireland?", "Emma", "Clarke"),
        ("Hi, I'm Sarah and I need help", "Sarah", None),
    ],
)
def test_name_in_message_is_found(text, first, last):
    found = details(text)
    assert (found.get("first_name"), found.get("last_name")) == (first, last)


@pytest.mark.parametrize(
    "text, company",
    [
        ("Sono Mario della ditta Rossi Impianti SRL, ciao", "Rossi Impianti SRL"),
        ("La mia azienda si chiama TecnoService S.n.c. La mia mail è a@b.it", "TecnoService S.n.c."),
        ("Sono Giulia Bianchi, lavoro per Arredi Bianchi. La mia email è g@b.it", "Arredi Bianchi"),
        ("Salve sono Luca Bianchi della Bianchi e Figli", "Bianchi e Figli"),
        ("sono Giulia Bianchi di Bianchi Srl", "Bianchi Srl"),
        ("I work at Acme Ltd, john@acme.com", "Acme Ltd"),
    ],
)
def test_company_in_message_is_found(text, company):
    assert details(text)["company"] == company


@pytest.mark.parametrize(
    "text",
    [
        "come mi chiamo?",
        "grazie mille",
        "ok",
        "sono interessato ai vostri prodotti",
        "Come si chiama la vostra azienda?",
        "what's my name?",
        "My name is not John",
        "I'm from Milan",
        "I am Italian",
        "",
    ],
)
def test_message_without_details_gives_none(text):
    assert details(text) == {}


@pytest.mark.parametrize(
    "text, address",
    [
        ("mario@x.it", "mario@x.it"),
        ("la mail è mario.rossi@example.com.", "mario.rossi@example.com"),
        ("scrivi a a@x.it anzi a b.c+d@sub.x.com", "b.c+d@sub.x.com"),
    ],
)
def test_address_in_message_is_the_only_detail(text, address):
    assert details(text) == {"email": address}


def test_details_given_twice_are_the_latest():
    found = details("Mi chiamo Mario Rossi, mario@x.it", "anzi, mi chiamo Luca", "la mail è luca@x.it")
    assert found == {"first_name": "Luca", "last_name": "Rossi", "email": "luca@x.it"}


@pytest.mark.parametrize(
    "transcript",
    [
        "Customer: mi chiamo Mario\nAssistant: Ciao, sono Anna!\nCustomer: a domani",
        "[10:01] user: mi chiamo Mario\n[10:02] assistant: mi chiamo Anna",
        "Conversation so far, my name is Nobody:\ncustomer: mi chiamo Mario\ncolleague: sono Anna",
    ],
)
def test_transcript_in_one_text_gives_only_the_customers_details(transcript):
    found = details_from(turns_of(stored_items(transcript, "input")))
    assert found == {"first_name": "Mario", "language": "it"}


def test_items_of_several_roles_give_only_the_customers_details():
    items = stored_items(
        [
            {"role": "developer", "content": "My name is Operator"},
            {"role": "user", "content": "mi chiamo Mario"},
            {"role": "assistant", "content": "Mi chiamo Anna"},
        ],
        "input",
    )
    assert details_from(turns_of(items))["first_name"] == "Mario"


@pytest.mark.parametrize(
    "question, reply, expected",
    [
        ("Mi dici anche il tuo cognome?", "Rossi", {"last_name": "Rossi"}),
        ("Come ti chiami?", "mario rossi", {"first_name": "Mario", "last_name": "Rossi"}),
        ("Per quale azienda lavori?", "Rossi Impianti", {"company": "Rossi Impianti"}),
        ("Mi dici anche il tuo cognome?", "no grazie", {}),
        ("Mi dici anche il tuo cognome?", "perché?", {}),
        ("Va bene, a domani.", "Rossi", {}),
    ],
)
def test_bare_reply_is_understood_by_the_question_before_it(question, reply, expected):
    found = details_from([Turn("assistant", question), Turn("user", reply)])
    found.pop("language", None)
    assert found == expected


@pytest.mark.parametrize(
    "text, language",
    [
        ("Buongiorno, vorrei un preventivo", "it"),
        ("Good morning, what are your opening hours?", "en"),
        ("Hola, ¿cuánto cuesta?", "es"),
        ("Bonjour, je voudrais un devis", "fr"),
        ("Guten Tag, ich möchte ein Angebot", "de"),
        ("Olá, quanto custa? Obrigado", "pt"),
        ("12345 👍", None),
    ],
)
def test_language_of_a_sentence_is_recognized(text, language):
    assert language_of(text) == language


def test_language_of_a_mute_last_message_is_that_of_the_one_before():
    assert details_from([Turn("user", "Guten Tag"), Turn("user", "mario@x.it")])["language"] == "de"
