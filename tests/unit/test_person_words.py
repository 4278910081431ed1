"""Whether a customer asks for a person, and whether an answer promises one."""

import time

import pytest

from functions.process.assistant.person_words import asks_for_person, promises_person, tells_when

ASKED = [
    "Vorrei parlare con una persona",
    "vorrei parlare con una persona reale, non con un robot",
    "Posso parlare con qualcuno?",
    "Non posso parlare con qualcuno?",
    "mi passi un operatore per favore",
    "passatemi un umano",
    "OPERATORE",
    "operatore, grazie",
    "un operatore per favore",
    "Ho bisogno di un operatore",
    "Mi serve una persona vera",
    "fatemi parlare con il titolare",
    "Buongiorno, è possibile parlare con un collega?",
    "vorrei parlare con Marco",
    "non capisco vorrei parlare con un operatore",
    "Non voglio parlare con un robot ma con una persona",
    "preferirei parlare con un essere umano",
    "C'è qualcuno che mi può aiutare?",
    "Richiamatemi per favore",
    "vorrei essere ricontattato",
    "Può mettermi in contatto con un responsabile?",
    "voglio parlare col responsabile",
    "Vorrei parlare con voi del mio ordine",
    "Potete chiamarmi?",
    "mi chiamate?",
    "Mi può richiamare qualcuno?",
    "non mi fate parlare con una macchina, voglio un umano",
    "I want to talk to a human",
    "Can I speak with a real person please?",
    "Why can't I talk to a person?",
    "connect me to an agent",
    "human please",
    "I need a human",
    "please call me back",
    "Is there a real person here?",
    "Quiero hablar con una persona",
    "¿Puedo hablar con alguien?",
    "páseme con un operador",
    "agente humano por favor",
    "Je voudrais parler à quelqu'un",
    "Je veux parler à un conseiller",
    "Passez-moi un humain s'il vous plaît",
    "Rappelez-moi s'il vous plaît",
    "Ich möchte mit einem Menschen sprechen",
    "Kann ich mit jemandem sprechen?",
    "Ich will mit einem Mitarbeiter reden",
    "Verbinden Sie mich bitte mit einem Kollegen",
    "Quero falar com uma pessoa",
    "posso falar com um atendente?",
    "Passe para um atendente",
    "C'è un operatore?",
    "c'è un umano?",
    "Vorrei un rimborso e parlare con un operatore",
    "Basta con questo bot, voglio una persona",
    "voglio una persona adesso",
    "I want a person",
    "Quiero una persona, por favor",
    "Mi può richiamare?",
    "Mi può chiamare domani?",
    "chiamatemi appena potete",
    "chiamatemi al 333 1234567",
    "telefonatemi",
    "mi telefonate?",
    "Potete contattarmi?",
    "un addetto per favore",
    "assistenza umana",
    "vorrei assistenza umana",
    "posso avere un contatto umano?",
    "Mi metta in contatto con il proprietario",
    "devo parlare con il titolare",
    "Ho bisogno di parlare con Marco",
    "Potete chiamarmi domani mattina?",
    "C'è qualcuno che può rispondermi?",
]
NOT_ASKED = [
    "La persona che mi ha servito è stata gentilissima",
    "la persona che mi ha servito ieri mi ha detto di scrivere qui",
    "Ho già parlato con un collega vostro",
    "un tavolo per una persona",
    "Siamo in quattro persone",
    "Quante persone ci stanno nella sala?",
    "non serve un operatore, grazie",
    "Non voglio parlare con un operatore",
    "non ho bisogno di un operatore",
    "senza parlare con una persona",
    "Sei una persona o un robot?",
    "sei un umano?",
    "Sto parlando con una persona vera?",
    "devo prima parlare con mia moglie",
    "ne parlo con il mio collega",
    "Mio collega Luca passa domani",
    "Siete aperti? C'è qualcuno in negozio oggi?",
    "cerco una persona per le pulizie",
    "il vostro operatore mi ha detto di scrivere qui",
    "chiamami Marco",
    "mi chiamo Anna",
    "La responsabile degli acquisti sono io",
    "grazie, il vostro operatore è stato bravo",
    "A che ora aprite domani?",
    "Ok grazie mille 👍",
    "The person who served me was very kind",
    "I already talked to someone about it",
    "Are you a real person?",
    "Am I talking to a human?",
    "I don't want to talk to a human",
    "a table for one person",
    "I need to talk to my wife first",
    "Call me Anna",
    "No quiero hablar con una persona",
    "la persona que me atendió",
    "mesa para una persona",
    "¿Eres una persona?",
    "Je ne veux pas parler à quelqu'un",
    "la personne qui m'a servi",
    "Une table pour une personne",
    "Es-tu une personne ?",
    "Ich will nicht mit einem Menschen sprechen",
    "Sind Sie ein Mensch?",
    "Ein Tisch für eine Person",
    "der Kollege war sehr nett",
    "Não quero falar com uma pessoa",
    "a pessoa que me atendeu",
    "mesa para uma pessoa",
    "Potete chiamarmi Anna",
    "chiamatemi Ismaele",
    "vorrei parlare con calma di questo",
    "devo parlare con il medico prima di comprare",
    "Parlo a nome di un collega",
    "preferisco non parlare con nessuno",
    "Preferirei non parlare con un operatore",
    "C'è qualcuno che consegna a Bergamo?",
    "Mi chiamate un taxi?",
    "I want a human hair wig",
    "È un operatore?",
    "Lei è un umano?",
    "È una persona vera?",
    "voglio una persona che pulisca casa",
    "vorrei un tavolo per una persona",
    "Non voglio una persona",
    "",
]


@pytest.mark.parametrize("text", ASKED)
def test_person_is_asked_for(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_person_is_not_asked_for(text):
    assert not asks_for_person(text)


PROMISED = [
    "Un collega Le risponderà al più presto.",
    "Non lo so: un nostro collega ti scriverà.",
    "Qualcuno del nostro team La contatterà.",
    "Ho avvisato un collega.",
    "Passo la richiesta al nostro staff.",
    "Sarà ricontattato a breve.",
    "A colleague will answer you soon.",
    "Someone from our team will get back to you.",
    "I have told a colleague about it.",
    "Un compañero le responderá.",
    "Un collègue vous répondra dès que possible.",
    "Ein Kollege wird Ihnen antworten.",
    "Ein Kollege meldet sich bei Ihnen.",
    "Um colega vai responder-lhe.",
    "Le risponderà un collega.",
    "La contatterà un nostro collega.",
    "La richiamerà il titolare.",
    "Ti risponderà un collega appena possibile",
    "Le farà sapere un collega.",
    "Un operatore ti contatta a breve",
    "Un mio collega La richiama.",
    "Sarà un collega a confermare l'ordine.",
    "Giro la richiesta a un collega",
    "Ho girato la Sua domanda al titolare.",
    "Lascio la parola a un collega",
    "La metto in contatto con un collega",
    "Ti richiamiamo presto.",
    "La richiameremo al più presto.",
    "Le faremo sapere.",
    "Le responderá un compañero.",
    "Te llamará alguien de nuestro equipo.",
    "Le llamaremos pronto.",
    "Vous serez rappelé rapidement.",
    "Nous vous rappellerons.",
    "On vous rappelle rapidement.",
    "Contactá-lo-á um colega.",
    "C'est un collègue qui vous répondra.",
    "Es antwortet Ihnen ein Kollege.",
    "Bald ruft Sie ein Mitarbeiter zurück.",
    "Wir melden uns bei Ihnen.",
    "Vai responder-lhe um colega.",
    "Responder-lhe-á um colega.",
    "Entraremos em contacto.",
    "You will hear from a colleague soon.",
    "You'll be contacted shortly.",
    "We will call you back.",
]
NOT_PROMISED = [
    "Siamo aperti fino alle 19:00.",
    "Vuole che un collega La contatti?",
    "Se vuole, un collega La richiamerà.",
    "Nessun collega potrà rispondere oggi.",
    "Il nostro team è composto da tre persone.",
    "Do you want a colleague to call you?",
    "Our team is here from 9 to 18.",
    "Ich kann Ihnen helfen.",
    "La chiamiamo torta della nonna.",
    "Non Le risponderà un collega.",
    "Nel giro di un'ora la torta è pronta, dice il nostro staff.",
    "Le rispondo volentieri: la torta costa 25 €.",
    "Le risponde l'assistente virtuale di Aurora.",
    "Le risponde un assistente virtuale: per una persona scriva operatore.",
    "Se vuole, La richiamerà un collega.",
    "Le responderé con gusto.",
    "La pagina la scrive il nostro team.",
    "Nous vous rappelons que nous fermons à 19 h.",
    "On vous rappelle que notre équipe est en congé.",
    "Posso ajudar-te a escolher o presente para um colega.",
    "",
]


@pytest.mark.parametrize("answer", PROMISED)
def test_answer_promises_a_person(answer):
    assert promises_person(answer)
    assert not tells_when(answer)


@pytest.mark.parametrize("answer", NOT_PROMISED)
def test_answer_promises_nobody(answer):
    assert not promises_person(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Un collega Le risponderà domani dalle 9:00.",
        "Un collega ti scriverà lunedì.",
        "Ti richiamiamo domani.",
        "Le risponderà un collega lunedì alle 9.",
        "A colleague will write to you tomorrow.",
        "Ein Kollege antwortet Ihnen morgen ab 9:00 Uhr.",
        "Un collègue vous répondra demain.",
    ],
)
def test_promise_says_when(answer):
    assert tells_when(answer)


def test_time_of_something_else_is_not_when_a_person_answers():
    assert not tells_when("Apriamo alle 9:00. Un collega Le risponderà presto.")


def test_long_hostile_text_takes_no_time():
    assert not asks_for_person("parlare " * 2500)
    assert not asks_for_person("mi può chiamare Anna " * 1000)
    assert not promises_person("un collega " * 2000)
    assert not promises_person("ti contatta " * 2000)


@pytest.mark.parametrize("sign", ["…", ".", "!?", ",", "\n,"])
def test_a_long_row_of_signs_takes_no_time(sign):
    began = time.process_time()

    assert not asks_for_person(sign * (10_000 // len(sign)) + "x")

    assert time.process_time() - began < 1
