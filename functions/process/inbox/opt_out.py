"""Consent: the words by which customers stop all messages, and start them again.

Opt-outs must be honoured (WhatsApp Business policy). Only a message that says nothing else counts, so that "stop
by on Monday?" is still a question. Words that also answer ordinary questions, such as "cancel" or "annulla", are
left out on purpose: a customer who cancels a booking has not left.
"""

import re
import unicodedata

STOP_WORDS = frozenset(
    {
        *("stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "stop promotions", "stop messages"),
        *("remove me", "do not contact me", "don t contact me"),
        *("stop messaggi", "basta messaggi", "disiscrivimi", "disiscriviti", "cancellami", "interrompi"),
        *("annulla iscrizione", "cancella iscrizione", "interrompi promozioni", "non scrivermi piu"),
        *("non scrivetemi piu", "non contattatemi piu"),
        *("baja", "darme de baja", "dar de baja", "cancelar suscripcion", "no mas mensajes", "detener promociones"),
        *(
            "arret",
            "arreter",
            "desabonner",
            "me desabonner",
            "desinscription",
            "me desinscrire",
            "plus de messages",
        ),
        *("stopp", "abmelden", "abbestellen", "austragen", "keine nachrichten mehr"),
        *("parar", "sair", "descadastrar", "cancelar inscricao", "cancelar subscricao", "parar promocoes"),
    }
)
START_WORDS = frozenset(
    {
        *("start", "unstop", "subscribe", "resume"),
        *("inizia", "riprendi", "iscrivimi", "attiva"),
        *("empezar", "comenzar", "reanudar", "alta"),
        *("commencer", "demarrer", "reprendre", "reabonner"),
        *("starten", "anmelden", "fortsetzen"),
        *("comecar", "iniciar", "retomar"),
    }
)


def is_stop(text: str) -> bool:
    """Tell whether a message asks for nothing but to be left alone."""
    return _plain(text) in STOP_WORDS


def is_start(text: str) -> bool:
    """Tell whether a message takes a STOP back; to be asked only of a customer who had sent one."""
    return _plain(text) in START_WORDS


def _plain(text: str) -> str:
    """Return the words in lower case without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text[:100].casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))
