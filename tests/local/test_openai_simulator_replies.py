"""What the simulated assistant says."""

import re

import pytest

from local.openai_simulator.items import stored_items
from local.openai_simulator.replies import Context, answer, asks_summary, summary
from local.stack.configuration import MADE_UP_BUSINESS


def reply(
    *texts: str, instructions: str = "", history: tuple[tuple[str, str], ...] = (), quotes: bool = False
) -> str:
    earlier = [{"role": role, "content": text} for role, text in history]
    current = [{"role": "user", "content": text} for text in texts]
    return answer(Context(stored_items(earlier, "items"), stored_items(current, "input"), instructions, quotes))


@pytest.mark.parametrize(
    "question, expected",
    [
        ("come mi chiamo?", "Ti chiami Mario."),
        ("what\u2019s my name?", "Your name is Mario."),
    ],
)
def test_question_for_the_name_is_answered_in_its_language(question, expected):
    assert reply(question, history=(("user", "Mi chiamo Mario Rossi"),)).startswith(expected)


@pytest.mark.parametrize(
    "instructions", ["Known:\nFirst name: Mario\nLast name: Rossi", "first_name = Mario", '{"first_name": "Mario"}']
)
def test_name_in_the_instructions_is_known(instructions):
    assert "Ti chiami Mario." in reply("come mi chiamo?", instructions=instructions)


@pytest.mark.parametrize(
    "instructions", ["", "First name: unknown", "Still missing: first name", "Still missing: first name, last name"]
)
def test_name_that_nobody_gave_is_not_invented(instructions):
    assert reply("come mi chiamo?", instructions=instructions).startswith("Non so ancora come ti chiami.")


def test_name_just_given_beats_the_known_one():
    text = reply("mi chiamo Luca, come mi chiamo?", instructions="First name: Mario")
    assert text.startswith("Ti chiami Luca.")


def test_known_name_beats_one_said_long_ago():
    text = reply("come mi chiamo?", instructions="First name: Luca", history=(("user", "Mi chiamo Mario"),))
    assert text.startswith("Ti chiami Luca.")


def test_name_in_a_seeded_summary_is_known():
    seed = summary(Context(stored_items("Mi chiamo Mario", "input"), [], ""))
    notes = f"[Notes on what came before:\n{seed}\nEnd of the notes.]"
    assert "Ti chiami Mario." in reply("come mi chiamo?", history=(("developer", seed),))
    assert "Ti chiami Mario." in reply("come mi chiamo?", history=(("user", notes),))


def test_thanks_are_answered_with_the_name():
    assert reply("grazie mille!", instructions="First name: Mario").startswith("Prego, Mario!")


@pytest.mark.parametrize(
    "instructions, question",
    [
        ("Still missing: last name, company", "Mi dici anche il tuo cognome?"),
        ("Still missing: company, e-mail", "Per quale azienda lavori?"),
        ("Nothing is missing.", "Come posso aiutarti?"),
        ("", "Come posso aiutarti?"),
    ],
)
def test_missing_detail_is_asked_for_first_one_only(instructions, question):
    text = reply("Ciao", instructions=instructions)
    assert text.endswith(question)
    assert text.count("?") == 1


def test_missing_detail_that_the_message_supplies_is_not_asked_for():
    text = reply("Il mio cognome è Rossi", instructions="Missing: last name, company")
    assert text.endswith("Per quale azienda lavori?")


def test_burst_of_messages_is_quoted_message_by_message_on_request():
    text = reply("Ciao", "siete aperti sabato?", "riga uno\nriga due", quotes=True)
    assert "Ho letto: «Ciao», «siete aperti sabato?», «riga uno», «riga due»." in text


def test_message_that_looks_like_a_transcript_is_quoted_whole():
    assert "«Vi scrivo per Rossi», «Cliente: Rossi»" in reply("Vi scrivo per Rossi\nCliente: Rossi", quotes=True)


def test_long_message_is_quoted_by_its_start():
    text = reply("codice-77 " + "parola " * 200, quotes=True)
    assert "«codice-77 parola" in text
    assert "…»" in text
    assert len(text) < 300


@pytest.mark.parametrize(
    "text, greeting",
    [
        ("Buongiorno", "Ciao!"),
        ("Hello", "Hello!"),
        ("Guten Tag", "Hello!"),
    ],
)
def test_answer_is_in_italian_or_else_in_english(text, greeting):
    assert reply(text).startswith(greeting)


def test_answer_to_a_mute_message_keeps_the_language_of_the_history():
    assert reply("👍", history=(("user", "Good morning"),)).startswith("Hello!")


def test_same_input_gives_the_same_answer():
    assert reply("Ciao, sono Mario") == reply("Ciao, sono Mario")


OFFERS = "Choices: [[Yes]] [[No]]. Missing: last name"


def test_words_that_a_message_answers_to_are_not_taken_for_its_own():
    text = reply('[in reply to "I nostri orari:\n\nChe giorno?"] Domani', instructions=OFFERS, quotes=True)
    assert "Ho letto: «Domani»." in text
    assert "orari" not in text.replace("Ho letto", "")
    assert "[[" not in text


HOURS = """
Opening hours:
Monday: 09:00-13:00, 15:30-19:00
Tuesday: 09:00-13:00, 15:30-19:00
Wednesday: closed
Public holidays (IT): closed"""
SHOP = f"""\
You are the virtual assistant of Bottega Aurora on WhatsApp: an AI, not a person.
Address customers politely: in Italian with Lei, in other languages as politely (usted, vous, Sie).

About the business:
Ceramiche
{MADE_UP_BUSINESS["BUSINESS_INFORMATION"]}

Frequent questions, and what to answer:
Question: Fate pacchetti regalo?
Answer: Sì, il pacchetto regalo costa 3 euro.

Nothing is missing."""


def test_opening_hours_are_told_as_a_list_in_the_customers_language():
    assert reply("Che orari fate?", instructions=SHOP + HOURS).endswith(
        "**I nostri orari**\n\n- *lunedì-martedì*: **09:00-13:00, 15:30-19:00**\n- *mercoledì*: chiuso"
    )
    assert "- *Monday-Tuesday*: **09:00-13:00, 15:30-19:00**\n- *Wednesday*: closed" in reply(
        "What are your opening hours?", instructions=SHOP + HOURS
    )


@pytest.mark.parametrize(
    "question, told",
    [
        ("Siete aperti sabato?", "e il sabato, 9:00-13:00."),
        ("Are you open on Saturday?", "and on Saturday, 9:00-13:00."),
        ("Fate consegne a domicilio?", "Consegniamo a domicilio in tutta Italia in 3-5 giorni: 7 euro"),
        ("Hello, I am Emma Clarke. Do you ship to Ireland?", "We ship to the rest of Europe as well"),
        ("Cosa vendete?", "Vendiamo ceramiche fatte a mano"),
        ("Quanto costa una tazza?", "tazze a 12 euro"),
        ("How much is a mug?", "mugs at 12 euros"),
        ("Posso pagare con la carta?", "Si paga con carta"),
        ("E se voglio restituire un vaso?", "I resi sono gratuiti entro 14 giorni."),
        ("Dove siete?", "Siamo in via Roma 1"),
        ("Where are you?", "via Roma 1"),
        ("Avete pacchetti regalo?", "Sì, il pacchetto regalo costa 3 euro."),
        ("Avete biciclette?", "Su questo purtroppo non ho informazioni."),
    ],
)
def test_question_is_answered_from_the_facts_and_never_repeated(question, told):
    text = reply(question, instructions=SHOP)
    assert told in text
    assert question not in text and "«" not in text


def test_two_questions_are_answered_and_nothing_is_told_twice():
    text = reply("Fate consegne a domicilio? E quanto costa un vaso?", instructions=SHOP)
    assert text.count("Consegniamo a domicilio") == text.count("vasi da 15 a 80 euro") == 1


PRICES = """\
About the business:
Ceramiche fatte a mano: tazze da 18 euro, vasi da 40 euro.
Spediamo in 3 giorni e costa 7 euro.

Question: Fate pacchetti regalo?
Answer: Sì, il pacchetto regalo è gratuito."""
UNKNOWN = "Su questo purtroppo non ho informazioni."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Quanto costa una tazza?", "Ceramiche fatte a mano: tazze da 18 euro, vasi da 40 euro."),
        ("Quanto costano i tavoli?", UNKNOWN),
        ("Fate sconti?", UNKNOWN),
        ("Spedite? E quanto costa la spedizione?", "Spediamo in 3 giorni e costa 7 euro."),
    ],
)
def test_what_is_beside_the_question_is_not_told_and_nothing_twice(question, told):
    assert reply(question, instructions=PRICES).removesuffix(" Posso aiutarti con altro?") == f"Ciao! {told}"


def test_nothing_is_told_that_the_instructions_do_not_say():
    text = reply("Che orari fate? E quanto costa un vaso?", instructions="Nothing is missing.")
    assert not re.search(r"\d", text)


def test_first_answer_greets_and_introduces_itself_where_the_instructions_want_it():
    first = SHOP + "\nThis is your first answer to this customer: say in it, in a few words, that you are an AI."
    assert reply("Salve", instructions=first) == (
        "Buongiorno! Sono l'assistente virtuale di Bottega Aurora. Come posso aiutarla?"
    )
    later = (("user", "Salve"), ("assistant", "Buongiorno!"))
    assert reply("Fate resi?", instructions=SHOP, history=later) == "I resi sono gratuiti entro 14 giorni."


@pytest.mark.parametrize(
    "last, text, expected",
    [
        ("Prego.", "Il vaso è arrivato rotto", "Mi dispiace per il disagio. Come posso aiutarla?"),
        (
            "Che giorno preferisce?",
            "Sabato",
            "Prendo nota della richiesta: non è ancora una prenotazione confermata.",
        ),
        ("Prego.", "ok", "Perfetto!"),
        ("Come si chiama?", "siete un robot?", "Sono l'assistente virtuale di Bottega Aurora: un'intelligenza"),
        ("Posso dire altro?", "posso parlare con una persona?", "Certo!"),
        ("Come si chiama?", "non saprei", "Come posso aiutarla?"),
    ],
)
def test_answer_in_the_middle_of_a_conversation_is_natural(last, text, expected):
    asking = SHOP.replace("Nothing is missing", "Still missing: first name") if last == "Come si chiama?" else SHOP
    assert reply(text, instructions=asking, history=(("user", "Salve"), ("assistant", last))).startswith(expected)


def test_detail_that_was_asked_for_is_thanked_for_and_the_next_one_asked():
    later = (("user", "Sono Giulia"), ("assistant", "Buongiorno, Giulia! Mi può dire anche il suo cognome?"))
    text = reply(
        "Bianchi", instructions=SHOP.replace("Nothing is missing", "Still missing: company"), history=later
    )
    assert text == "Grazie, Giulia! Per quale azienda lavora?"


@pytest.mark.parametrize(
    "text, ending",
    [
        ("Vorrei prenotare", "Che giorno preferisci?\n[[Oggi]] [[Domani]] [[Sabato]]"),
        ("I would like an appointment", "Which day suits you?\n[[Today]] [[Tomorrow]] [[Saturday]]"),
        ("Vorrei un preventivo", "Mi dici anche il tuo cognome?"),
    ],
)
def test_choice_of_a_day_is_offered_as_the_instructions_say(text, ending):
    assert reply(text, instructions=OFFERS).endswith(ending)


@pytest.mark.parametrize(
    "instructions, text, expected",
    [
        ("Summarize the conversation in five lines.", "Customer: ciao", True),
        ("Riassumi la conversazione.", "Cliente: ciao", True),
        ("", "Write a short summary of this chat: …", True),
        ("You are the assistant of a shop. Summary of the earlier conversation: …", "ciao", False),
        ("You are the assistant of a shop.", "mi riassumi l'ordine? riassumi pure", False),
    ],
)
def test_summary_request_is_told_from_an_answer(instructions, text, expected):
    assert asks_summary(Context([], stored_items(text, "input"), instructions)) is expected


def test_summary_names_the_customer_and_the_last_words():
    transcript = "Customer: mi chiamo Mario Rossi\nAssistant: Ciao!\nCustomer: quando arriva l'ordine?"
    text = summary(Context([], stored_items(transcript, "input"), "Summarize"))
    assert "First name: Mario." in text
    assert "Last name: Rossi." in text
    assert "«quando arriva l'ordine?»" in text
