"""The few words that the simulator understands, and what it says: one table, and the functions that read by it.

It introduces and answers in Italian and English, and tells the product's six languages apart. Names and companies
are capitalised words after a phrase that announces them: enough to try the product, no more than that.
"""

import re
from collections.abc import Sequence

from local.openai_simulator.speakers import Turn

Details = dict[str, str]

MAX_BARE_WORDS = 4  # of an answer that is nothing but the detail asked for

# Words that hardly any other of these languages uses.
WORDS = {
    "it": """ciao salve buongiorno buonasera grazie mi chiamo sono siete vorrei volevo che il lo gli della di è ho
        quando dove cosa chi anche perché domani questa questo posso potete per non azienda ditta aperti mia
        quanto costa prezzo preventivo orari ordine fattura appuntamento""",
    "en": """hello hi hey good morning thanks thank please is are am i'm my the you your what what's when where how
        do would like and to of it open company work name with can""",
    "es": "hola buenos buenas días gracias quisiera quiero soy cuánto cuándo cuesta dónde usted mañana está el los",
    "fr": "bonjour bonsoir merci je j'ai voudrais suis vous êtes est devis combien quand demain les m'appelle",
    "de": "hallo guten tag danke bitte ich bin möchte sie ist wie wann was der das ein eine und haben heiße morgen",
    "pt": "olá oi bom boa obrigado obrigada você gostaria quero custa não amanhã sou uma meu minha",
}
COMMON_WORDS = frozenset(word for words in WORDS.values() for word in words.split()) | {"ok", "no", "sì", "yes"}

EMAIL = re.compile(r"[\w.%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
CAPITALISED = r"[A-ZÀ-Ý][\w'&-]*"
PERSON = rf"{CAPITALISED}(?: {CAPITALISED}){{0,3}}"
COMPANY = rf"{CAPITALISED}(?: (?:(?:e|and|&) )?{CAPITALISED}+(?!\.\w)){{0,5}}(?: S(?:\.\w){{1,2}}\.?)?"
BUSINESS = r"(?:ditta|azienda|società|company)(?: si chiama| è| is)? "
NAME = re.compile(
    rf"(?<!come )(?<!non )(?<!not )\b(?:(?i:mi chiamo|mio nome è|my name is) (?:({PERSON})|(?!not\b)(\w+))"
    rf"|(?i:sono|i am|i'm|this is) (?!Italian|English|German)({PERSON}))"
)
LAST_NAME = re.compile(rf"\b(?i:cognome è|last name is|surname is) ({PERSON})")
COMPANIES = (
    re.compile(rf"\b(?i:{BUSINESS}|(?:lavoro|work) (?:per|da|presso|alla|for|at)(?: la| il| the)? )({COMPANY})"),
    re.compile(rf"{PERSON} (?:della |dell'|at )({COMPANY})"),
    re.compile(rf"\b({COMPANY} (?i:srl|spa|snc|ltd|gmbh)\b)"),
)
WANTS_HUMAN = re.compile(
    r"\b(?:parlare con (?:un |una )?(?:operatore|persona|umano|collega|qualcuno)"
    r"|(?:talk|speak) (?:to|with) (?:an? )?(?:person|human|agent|someone|colleague))\b",
    re.IGNORECASE,
)
ASKS_NAME = re.compile(r"\bcome mi chiamo|\bil mio nome\?|\bwhat(?:'s| is) my name", re.IGNORECASE)
WANTS = re.compile(
    r"\b(?:vorrei|volevo|mi serv\w+|ho bisogno|cerco|posso ordinare|i would like|i'd like|i need|looking for)\b",
    re.IGNORECASE,
)
# A sentence that stays true of a customer.
LASTING = re.compile(
    r"[^.!?\n]*\b(?:allergic[oaie]?|preferisco|abito|ho ordinato|si chiama|mio compleanno"
    r"|i prefer|i live|i ordered|my birthday)\b[^.!?\n]*",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"\b(?:ciao|salve|buon ?giorno|buona ?sera|hello|hi|hey|good (?:morning|afternoon|evening))\b", re.IGNORECASE
)
AGREES = re.compile(
    r"\W*(?:ok(?:ay)?|va bene|perfetto|d'accordo|certo|fine|perfect|great|sì|yes)\W*", re.IGNORECASE
)
COMPLAINS = re.compile(
    r"\b(?:rott[oaie]|danneggiat\w+|difettos\w+|reclamo|broken|damaged|faulty|complain\w*)\b", re.IGNORECASE
)
ASKS_WHO = re.compile(
    r"\b(?:chi (?:sei|siete|è lei)|sei un|robot|intelligenza artificiale|who are you"
    r"|are you an? (?:ai|person|human))\b",
    re.IGNORECASE,
)
THANKS = re.compile(r"\b(?:grazie|thanks|thank you)\b", re.IGNORECASE)

# What is said; braces are filled in. Languages that are missing are answered in English.
PHRASES = {
    "it": {
        "hello": "Ciao{name}!",
        "assistant": "Sono l'assistente virtuale{business}.",
        "your_name": "Ti chiami {name}.",
        "name_unknown": "Non so ancora come ti chiami.",
        "welcome": "Prego{name}!",
        "noted": "Grazie{name}!",
        "gladly": "Volentieri!",
        "fine": "Perfetto!",
        "sorry": "Mi dispiace per il disagio.",
        "of_course": "Certo!",
        "artificial": "Sono l'assistente virtuale{business}: un'intelligenza artificiale, non una persona.",
        "day_noted": "Prendo nota della richiesta: non è ancora una prenotazione confermata.",
        "read": "Ho letto: {quotes}.",
        "saw_image": "Ho visto l'immagine.",
        "read_document": "Ho letto il documento {filename}.",
        "how_can_i_help": "Come posso aiutarti?",
        "anything_else": "Posso aiutarti con altro?",
        "unknown": "Su questo purtroppo non ho informazioni.",
        "hours": "**I nostri orari**\n\n{hours}",
        "which_day": "Che giorno preferisci?\n[[Oggi]] [[Domani]] [[Sabato]]",
        "first_name": "Come ti chiami?",
        "last_name": "Mi dici anche il tuo cognome?",
        "company": "Per quale azienda lavori?",
        "email": "A quale indirizzo e-mail possiamo scriverti?",
    },
    "en": {
        "hello": "Hello{name}!",
        "assistant": "I am the virtual assistant{business}.",
        "your_name": "Your name is {name}.",
        "name_unknown": "I don't know your name yet.",
        "welcome": "You're welcome{name}!",
        "noted": "Thank you{name}!",
        "gladly": "With pleasure!",
        "fine": "Perfect!",
        "sorry": "I am sorry for the trouble.",
        "of_course": "Of course!",
        "artificial": "I am the virtual assistant{business}: an AI, not a person.",
        "day_noted": "I note your request: it is not a confirmed booking yet.",
        "read": "I read: {quotes}.",
        "saw_image": "I saw the image.",
        "read_document": "I read the document {filename}.",
        "how_can_i_help": "How can I help you?",
        "anything_else": "Is there anything else I can help you with?",
        "unknown": "I'm sorry, I have no information about that.",
        "hours": "**Our opening hours**\n\n{hours}",
        "which_day": "Which day suits you?\n[[Today]] [[Tomorrow]] [[Saturday]]",
        "first_name": "What is your name?",
        "last_name": "Could you also tell me your last name?",
        "company": "Which company do you work for?",
        "email": "Which e-mail address can we write to?",
    },
}
# Italian with Lei, where the instructions ask for it.
POLITE = PHRASES["it"] | {
    "hello": "Buongiorno{name}!",
    "your_name": "Si chiama {name}.",
    "name_unknown": "Non so ancora come si chiama.",
    "how_can_i_help": "Come posso aiutarla?",
    "anything_else": "Posso aiutarla con altro?",
    "which_day": "Che giorno preferisce?\n[[Oggi]] [[Domani]] [[Sabato]]",
    "first_name": "Come si chiama?",
    "last_name": "Mi può dire anche il suo cognome?",
    "company": "Per quale azienda lavora?",
    "email": "A quale indirizzo e-mail possiamo scriverle?",
}
TRANSCRIPTS = {
    "it": (
        "Buongiorno, vorrei sapere se siete aperti sabato mattina.",
        "Salve, volevo chiedere un preventivo per la manutenzione della caldaia.",
        "Ciao, fate anche consegne a domicilio? Grazie.",
    ),
    "en": (
        "Good morning, I would like to know if you are open on Saturday.",
        "Hello, I wanted to ask for a quote for the maintenance of our boiler.",
        "Hi, do you deliver as well? Thank you.",
    ),
}


def details_from(turns: Sequence[Turn]) -> Details:
    """Return the details that the customer gave, the latest first; keys only for what was found."""
    found: Details = {}
    asked = ""
    for turn in turns:
        if turn.role == "assistant":
            asked = turn.text
        elif turn.role == "user":
            text = straight_quotes(turn.text)
            found |= _details_in(text) or _bare_reply(text, asked)
            found |= {"language": language} if (language := language_of(text)) else {}
            asked = ""
    return found


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the text's language, None when its words do not tell."""
    said = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", straight_quotes(EMAIL.sub(" ", text)).lower())
    scores = sorted((sum(word in words.split() for word in said), code) for code, words in WORDS.items())
    (second, _), (best, code) = scores[-2:]
    return code if best > second else None


def straight_quotes(text: str) -> str:
    """Return the text with the apostrophes that phones type turned into plain ones."""
    return text.replace("\u2019", "'")


def _details_in(text: str) -> Details:
    found: Details = {}
    prose = EMAIL.sub(",", text)
    for match in NAME.finditer(prose):
        found |= _split(match[1] or match[3] or match[2].title())
    if last_name := LAST_NAME.search(prose):
        found["last_name"] = last_name[1]
    companies = [company for pattern in COMPANIES for company in pattern.findall(prose)]
    if companies:
        found["company"] = companies[0]
    if addresses := EMAIL.findall(text):
        found["email"] = addresses[-1]
    if WANTS_HUMAN.search(prose):
        found["wants_human"] = "true"
    return found


def _bare_reply(text: str, asked: str) -> Details:
    """Understand "Rossi" by the question of ours before it."""
    words = text.strip(" .!").split()
    said = (*PHRASES.values(), POLITE)
    questions = [(field, phrases[field]) for phrases in said for field in ("last_name", "company")]
    questions += [("name", phrases["first_name"]) for phrases in said]
    field = next((field for field, question in questions if question in asked), None)
    is_detail = 0 < len(words) <= MAX_BARE_WORDS and not COMMON_WORDS & {word.lower().strip(",?") for word in words}
    if field is None or not is_detail or "?" in text:
        return {}
    value = " ".join(words)
    if field == "company":
        return {"company": value}
    return _split(value.title()) if field == "name" else {"last_name": value.title()}


def _split(name: str) -> Details:
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last} if last else {"first_name": first}
