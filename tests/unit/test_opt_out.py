"""The words that stop and start all messages."""

import pytest

from functions.process.inbox.opt_out import START_WORDS, STOP_WORDS, is_start, is_stop


@pytest.mark.parametrize(
    "text",
    [
        *("STOP", "stop", "Stop!", " stop. ", "«Stop»", "STOP 🛑", "Unsubscribe", "opt-out", "Stop all"),
        *("Disiscrivimi", "Non scrivetemi più.", "annulla iscrizione", "Interrompi promozioni"),
        *("BAJA", "Darme de baja", "Cancelar suscripción", "Arrêt", "ARRETER", "Me désabonner", "Désinscription"),
        *("Stopp", "abmelden", "ABBESTELLEN", "Parar", "SAIR", "cancelar inscrição"),
    ],
)
def test_is_stop_usual_forms_are_heard(text):
    assert is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "...", "stop by on Monday?", "non fermarti", "stop scherzo", "Dov'è la fermata dello stop?"),
        *("annulla", "cancel", "fine", "end", "basta", "no", "quit smoking", "ciao " * 100 + "stop"),
    ],
)
def test_is_stop_anything_more_is_an_ordinary_message(text):
    assert not is_stop(text)


@pytest.mark.parametrize(
    "text", ["START", "start!", "Inizia", "Riprendi", "Comenzar", "Démarrer", "Starten", "Começar"]
)
def test_is_start_usual_forms_are_heard(text):
    assert is_start(text)


def test_words_are_in_the_form_in_which_they_are_compared():
    assert all(is_stop(word) for word in STOP_WORDS)
    assert all(is_start(word) for word in START_WORDS)
    assert not STOP_WORDS & START_WORDS
