"""Guesses the language of a short text from its common words."""

import re
from collections import Counter

_WORDS_TEXT = {
    "it": """ciao salve buongiorno buonasera buonanotte grazie prego sono sei siete siamo mi chiamo chiami chiama
        il lo gli dei delle della dello dell del di che è per con non un una uno vorrei volevo voglio ho hai ha
        abbiamo avete vostro vostra mio mia miei tuo tua suo quando quanto dove come cosa chi anche sì perché
        qual quale quali domani oggi ieri ordine azienda ditta società nome cognome questo questa nel nella alla
        al dal dalla ancora più posso può potete potrei fare sapere sai bisogno aiuto preventivo lavoro ti ci vi
        io tu noi voi lunedì martedì mercoledì giovedì venerdì sabato domenica aperti prezzo costa in mille molto
        mail indirizzo scusi scusa signor signora interessato ricordi tutto bene appuntamento fattura e""",
    "en": """hello hi hey good morning afternoon evening thanks thank you please is are am was i me my your our we
        the a an of and to for with not have has had would like want need what what's when where who how which do
        does did can could will it this that there here from at in on about order company name surname open
        tomorrow today yesterday price cost work working help know remember call sorry yes looking be an it's i'm
        invoice appointment""",
    "es": """hola buenos buenas días tardes noches gracias por favor soy eres es somos me llamo llama mi mis tu su
        el los las del de que para con no un una unos quisiera quiero necesito tengo tiene tienen nuestro cuando
        cuándo cuánto cuesta dónde cómo qué quién también sí porque mañana hoy ayer pedido empresa nombre apellido
        apellidos este esta en al desde puedo puede hacer saber sabes ayuda presupuesto trabajo yo usted nosotros
        precio muchas correo recuerdas abierto factura cita y""",
    "fr": """bonjour bonsoir salut merci s'il vous plaît je suis es est sommes m'appelle appelle mon ma mes votre
        le les des du de que qui pour avec pas un une voudrais veux ai avez avons quand combien où comment quoi
        quel quelle aussi oui parce demain aujourd'hui hier commande entreprise société nom prénom ce cette dans
        au aux chez peux pouvez faire savoir sais besoin aide devis travaille nous ouvert prix beaucoup adresse
        rappelles facture bonne et j ai c""",
    "de": """hallo guten tag morgen abend danke bitte ich bin bist sind heiße heisse heiße mein meine meinen dein
        ihr ihre der die das den dem des ein eine einen und von für mit nicht haben habe hat möchte will brauche
        wann wieviel wo wie was wer auch ja weil heute gestern bestellung firma unternehmen name nachname vorname
        dieser diese im am in zu zum zur bei kann können machen wissen weißt hilfe angebot arbeite wir sie es
        geöffnet preis kostet vielen adresse rechnung termin noch""",
    "pt": """olá oi bom boa dia tarde noite obrigado obrigada por favor sou és é somos me chamo chama meu minha
        seu sua o os as do da dos das de que para com não um uma gostaria quero preciso tenho tem temos quando
        quanto custa onde como quem também sim porque amanhã hoje ontem pedido empresa nome sobrenome apelido
        este esta em no na ao posso pode fazer saber sabe sabes ajuda orçamento trabalho eu você nós preço muito
        lembra lembras aberto fatura você vocês e""",
}
_LETTERS = {"it": "ìò", "es": "ñ¿¡", "fr": "êîœ", "de": "ßäöü", "pt": "ãõ"}
_LETTER_WEIGHT = 0.5

WORDS = {language: frozenset(text.split()) for language, text in _WORDS_TEXT.items()}
COMMON_WORDS = frozenset[str]().union(*WORDS.values())

_SHARED_BY = Counter(word for words in WORDS.values() for word in words)


def straight_quotes(text: str) -> str:
    """The text with the apostrophes that phones type turned into plain ones."""
    return text.replace("\u2019", "'")


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the text's language, None when its words do not tell."""
    lowered = straight_quotes(text).lower()
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", lowered)
    words += [part for word in words if "'" in word for part in word.split("'")]
    scores = {language: _score(words, lowered, language) for language in WORDS}
    ranked = sorted(scores, key=lambda language: scores[language], reverse=True)
    if scores[ranked[0]] == scores[ranked[1]]:
        return None
    return ranked[0]


def _score(words: list[str], text: str, language: str) -> float:
    # A word that several languages use says less about each of them.
    common = sum(1 / _SHARED_BY[word] for word in words if word in WORDS[language])
    return common + _LETTER_WEIGHT * sum(letter in text for letter in _LETTERS.get(language, ""))
