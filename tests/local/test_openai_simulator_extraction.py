"""What the simulator reads out of a customer's words."""

import pytest

from local.openai_simulator.extraction import details_from
from local.openai_simulator.items import stored_items
from local.openai_simulator.language import language_of
from local.openai_simulator.speakers import Turn, turns_of


def details(*texts: str) -> dict[str, str]:
    found = details_from([Turn("user", text) for text in texts])
    found.pop("language", None)
    return found


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("Mi chiamo Giulia", "Giulia", None),
        ("il mio cognome è Bianchi", None, "Bianchi"),
        ("mi chiamo mario rossi e lavoro qui", "Mario", "Rossi"),
        ("MI CHIAMO MARIO ROSSI", "Mario", "Rossi"),
        ("Buongiorno, mi chiamo Mario vorrei un preventivo", "Mario", None),
        ("Sono Anna Maria Costa", "Anna Maria", "Costa"),
        ("sono il signor Verdi", None, "Verdi"),
        ("sono marco", "Marco", None),
        ("non mi chiamo Mario, mi chiamo Luca", "Luca", None),
        ("Salve sono Luca D\u2019Angelo", "Luca", "D'Angelo"),
        ("My name is John Smith", "John", "Smith"),
        ("Hi, I'm Sarah and I need help", "Sarah", None),
        ("Me llamo Carlos García", "Carlos", "García"),
        ("Hola, soy Ana", "Ana", None),
        ("Je m'appelle Jean Dupont", "Jean", "Dupont"),
        ("Mon nom est Dupont", None, "Dupont"),
        ("Ich heiße Anja Müller", "Anja", "Müller"),
        ("Ich bin Peter aus Berlin", "Peter", None),
        ("Mein Name ist Hans von Berg", "Hans", "von Berg"),
        ("Meu nome é João da Silva", "João", "da Silva"),
        ("Nome: Mario, Cognome: Rossi", "Mario", "Rossi"),
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
        ("lavoro per la Bianchi Costruzioni Spa", "Bianchi Costruzioni Spa"),
        ("lavoro per acme srl", "acme srl"),
        ("Sono Mario, lavoro alla Ferrari", "Ferrari"),
        ("Salve sono Luca Bianchi della Bianchi e Figli", "Bianchi e Figli"),
        ("sono Giulia Bianchi di Bianchi Srl", "Bianchi Srl"),
        ("I work at Acme Ltd, john@acme.com", "Acme Ltd"),
        ("trabajo en Construcciones Pérez S.L., gracias", "Construcciones Pérez S.L."),
        ("je travaille chez Renault", "Renault"),
        ("ich arbeite bei der Müller GmbH", "Müller GmbH"),
        ("trabalho na empresa Silva Lda", "Silva Lda"),
    ],
)
def test_company_in_message_is_found(text, company):
    assert details(text)["company"] == company


@pytest.mark.parametrize(
    "text",
    [
        "come mi chiamo?",
        "Sai come mi chiamo e dove lavoro?",
        "grazie mille",
        "ok",
        "sono interessato ai vostri prodotti",
        "Sono in ritardo",
        "Come si chiama la vostra azienda?",
        "lavoro in Italia",
        "what's my name?",
        "My name is not John",
        "I'm from Milan",
        "¿cómo me llamo?",
        "wie heiße ich?",
        "comment je m'appelle ?",
        "como me chamo?",
        "Vorrei sapere se domani siete aperti",
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
        "Conversation so far, my name is Nobody:\n- **Cliente**: mi chiamo Mario\n- **Staff**: sono Anna",
        "<customer>mi chiamo Mario</customer>\n<assistant>mi chiamo Anna</assistant>",
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
