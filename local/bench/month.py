"""A customer of thirty days: twenty messages a day, and on the first one what must be known on the last."""

import datetime as dt
from collections.abc import Iterator

from local.eval.case import Case, Said
from shared.model.business_defaults import default_business
from shared.settings import ProcessSettings

DAYS = 30
MESSAGES_A_DAY = 20
MINUTES_BETWEEN = 25
BEGINS = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
FIRST_DAY = (
    "Buongiorno, mi chiamo Teresa Galli e vorrei qualche informazione sui vostri vasi per il mio agriturismo",
    "La mia mail è teresa.galli@example.it, scrivetemi pure lì per i preventivi.",
    "Ho ordinato il vaso blu numero 4471 due settimane fa, lo aspetto ancora.",
    "Attenzione: mia figlia Bea è allergica al nichel, quindi niente manici di metallo per favore.",
)
FACTS = ("Teresa", "teresa.galli@example.it", "4471", "nichel")
USUAL = (
    "Scusi se disturbo ancora: avete anche la versione da {number} cm, quella con il bordo decorato a mano?",
    "Quanto costa la spedizione per {number} pezzi se li mando direttamente in provincia di Ravenna?",
    "Perfetto, allora ci penso stasera con mio marito e domani mattina vi faccio sapere cosa abbiamo deciso",
    "E per il colore? Mi piacerebbe qualcosa sul verde salvia, come quello della vetrina che ho visto sabato",
    "Va bene grazie",
    "Senta, il cliente {number} mi chiede se si può lavare in lavastoviglie senza rovinare lo smalto",
    "Ho visto sul catalogo il modello {number}: è ancora disponibile o devo aspettare la prossima cottura?",
    "Ok, a dopo allora!",
    "Mi potrebbe mandare una foto di come viene con la scritta, anche solo una prova, senza impegno?",
    "Per la consegna preferirei di mattina, il corriere {number} di solito passa quando non c'è nessuno",
)
LAST = "Mi ricordate che cosa vi avevo detto il primo giorno?"


def month(settings: ProcessSettings, days: int = DAYS, messages_a_day: int = MESSAGES_A_DAY) -> Case:
    """Return all that the customer writes, with the pauses in between."""
    return Case(
        id="month",
        about="memory",
        now=BEGINS,
        whatsapp_name="Teresa",
        messages=list(_messages(days, messages_a_day)),
        spoken="it",
        settings=default_business(settings),
    )


def _messages(days: int, messages_a_day: int) -> Iterator[Said]:
    night = 24 * 60 - MINUTES_BETWEEN * (messages_a_day - 1)
    count = days * messages_a_day
    for number in range(count):
        usual = USUAL[number % len(USUAL)].format(number=number)
        text = FIRST_DAY[number] if number < len(FIRST_DAY) else LAST if number == count - 1 else usual
        pause = night if number % messages_a_day == 0 else MINUTES_BETWEEN
        yield Said(text=text, after_minutes=pause if number else 0)
