"""The phrases with which people give their details, in six languages, as data for the extraction."""

import re

_FLAGS = re.IGNORECASE | re.MULTILINE
_LABEL = r"(?:^|[,;(]\s*)"
# A question or a denial around the phrase: "come mi chiamo", "non mi chiamo Mario".
_NOT_ASKED = r"(?<!come )(?<!non )(?<!cómo )(?<!como )(?<!no )(?<!comment )(?<!not )(?<!nicht )"

EMAIL = re.compile(r"[\w.%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE | re.ASCII)

# Phrases after which a name follows even in lower case.
FULL_NAME = re.compile(
    rf"{_NOT_ASKED}\b(?:mi chiamo|mio nome (?:è|e')|my name is|my name's|i am called|me llamo|mi nombre es"
    r"|je m'appelle|mon nom est|ich hei(?:ß|ss)e|mein name ist|me chamo|chamo-me|meu nome é)(?!\w):?\s*"
    rf"|{_LABEL}(?:nome e cognome|nome|full name|name|nombre)\s*:\s*",
    _FLAGS,
)
# Phrases that are followed by a name only when it looks like one: "sono Mario", not "sono interessato".
LIKELY_NAME = re.compile(
    r"(?<!non )(?<!not )(?<!no )(?<!pas )\b(?:sono|i am|i'm|this is|soy|je suis|ich bin|hier ist|sou)\b\s+",
    _FLAGS,
)
FIRST_NAME = re.compile(
    r"\b(?:nome di battesimo (?:è|e')|first name is|nombre de pila es|prénom est|vorname ist|primeiro nome é)\s*"
    rf"|{_LABEL}(?:first name|prénom|vorname)\s*:\s*",
    _FLAGS,
)
LAST_NAME = re.compile(
    r"\b(?:cognome (?:è|e')|(?:last|family) name is|surname is|apellidos? (?:es|son)|nom de famille est"
    r"|(?:nach|familien)name ist|sobrenome é|apelido é|di cognome faccio)\s*"
    rf"|{_LABEL}(?:cognome|last name|surname|apellidos?|nom de famille|nachname|sobrenome)\s*:\s*",
    _FLAGS,
)
COMPANY = re.compile(
    r"\b(?:ditta|azienda|società|impresa)(?: si chiama| è| e')?:?\s+"
    r"|\b(?:lavoro|lavoriamo) (?:per|da|presso|alla|con|in)\s+|\blavoro (?:all|dall)'"
    r"|\btitolare (?:di|della)\s+|\btitolare dell'|\bper conto (?:di|della)\s+|\bper conto dell'"
    r"|\b(?:i )?work(?:ing)? (?:at|for|with)\s+|\bcompany(?: name)?(?: is called| is named|'s name is| is)?:?\s+"
    r"|\bon behalf of\s+"
    r"|\btrabajo (?:en|para|con)\s+|\bempresa(?: es| se llama| é| se chama)?:?\s+"
    r"|\btravaille (?:chez|pour)\s+|\b(?:société|entreprise)(?: est| s'appelle)?:?\s+"
    r"|\barbeite (?:bei|für)(?: der)?\s+|\b(?:firma|unternehmen)(?: ist| heißt| heisst)?:?\s+"
    r"|\btrabalho (?:na|no|em|para(?: a| o)?)\s+",
    _FLAGS,
)
# What may stand between a person's name and their company: "Mario della Rossi Impianti".
NAME_TO_COMPANY = re.compile(r"\s*,?\s*(?:della\s+|dell'\s*|at\s+|bei\s+|chez\s+)", re.IGNORECASE)

TITLE = re.compile(
    r"(?:(?:il|la|der|die|el|o|a)\s+)?(?:sig\.?|sig\.ra|signor|signora|dott\.?|dottor|dottoressa|ing\.|avv\.|mr\.?"
    r"|mrs\.?|ms\.?|dr\.?|herr|frau|sr\.?|sra\.?|señor|señora|monsieur|madame|senhor|senhora)\s+",
    re.IGNORECASE,
)

LEGAL_FORMS = frozenset(
    """srl srls spa snc sas ltd limited inc llc plc corp gmbh ag kg ug sl sa slu sarl sasu eurl lda ltda eireli
    co""".split()
)
ARTICLES = frozenset("la lo il the der die dem el le o".split())
COMPANY_LINKS = frozenset("& e ed and und y et di de del della da of the for für".split())
NAME_PARTICLES = frozenset("von van der den dos das da".split())
NAME_ENDS = frozenset("e ed and und y et i ho la il von with".split()) - NAME_PARTICLES
# Capitalised words that follow "sono" or "I am" without being a name, or "lavoro in" without being a company.
NOT_NAMES = frozenset(
    """italiano italiana english american german tedesco francese español española français française deutsch
    português portuguesa cliente customer interested sorry happy here back fine sure ok qui io""".split()
)
NOT_COMPANIES = frozenset(
    """italia milano roma torino napoli bologna firenze españa madrid barcelona france paris deutschland berlin
    münchen portugal lisboa brasil casa home london""".split()
)
FIRST_NAMES = frozenset(
    """mario luigi giulia marco luca anna maria paolo giovanni francesco francesca alessandro andrea giuseppe sara
    laura chiara elena matteo davide simone stefano roberto antonio federica valentina martina silvia giorgia
    giorgio lorenzo riccardo daniele claudia paola lucia sofia aurora alice mia nina will john james mary anne
    emma david peter paul michael sarah jane juan josé carlos ana carmen luis pedro jean pierre marie sophie
    claire hans klaus anja sabine jürgen joão paulo inês rita tiago""".split()
)

WANTS_HUMAN = re.compile(
    r"\b(?:parlare|parli|contatto|passa(?:mi|rmi)) (?:con |a )?(?:un |una |il )?"
    r"(?:operatore|operatrice|persona|umano|collega|responsabile|qualcuno)"
    r"|\b(?:talk|speak) (?:to|with) (?:a |an |some |the )?(?:human|person|operator|agent|someone|colleague)"
    r"|\bhablar con (?:un |una )?(?:persona|operador|humano|agente|alguien)"
    r"|\bparler (?:à|avec) (?:un |une )?(?:humain|personne|opérateur|conseiller|quelqu'un)"
    r"|\bmit (?:einem |einer )?(?:menschen|mitarbeiter|mitarbeiterin|person|jemandem) (?:sprechen|reden)"
    r"|\bfalar com (?:um |uma )?(?:pessoa|humano|atendente|alguém)",
    re.IGNORECASE,
)

ASKS_HOURS = re.compile(
    r"\b(?:orari[oa]?|apert[ioe]|aprite|chiudete|opening (?:hours|times)|are you open|when do you (?:open|close)"
    r"|horarios?|abiert[oa]s?|abren|horaires?|ouverts?|ouvrez|öffnungszeiten|geöffnet|abertos?|abrem)\b",
    re.IGNORECASE,
)
ASKS_APPOINTMENT = re.compile(
    r"\b(?:prenot\w+|appuntament[oi]|appointments?|book(?:ing)?|reserva\w*|cita|rendez-vous|réserv\w+"
    r"|termin|buchen|agendar|marcar|marcação)\b",
    re.IGNORECASE,
)

# How an assistant asks for a detail, so that a bare "Rossi" after it is understood.
ASKED_FIELDS = (
    ("last_name", re.compile(r"cognome|last name|surname|apellido|nom de famille|nachname|sobrenome", re.I)),
    ("company", re.compile(r"azienda|ditta|società|company|empresa|entreprise|société|firma|unternehmen", re.I)),
    (
        "first_name",
        re.compile(
            r"come ti chiami|tuo nome|suo nome|your (?:first )?name|tu nombre|cómo te llamas|t'appelles"
            r"|prénom|votre nom|heißt du|vorname|wie heißen|seu nome|te chamas|se chama",
            re.I,
        ),
    ),
)
