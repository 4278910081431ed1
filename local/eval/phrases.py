"""The words by which the checks recognise what an answer does, in the product's six languages.

All are written without accents and in lower case, as `folded` returns a text.
"""

import re
import unicodedata

_QUESTION = re.compile(r"[^.!?\n]*\?|[^.!?\n]+")
# A sentence that asks without a question mark.
REQUEST = re.compile(
    r"\b(?:mi (?:dica|dici|indichi|indica|lasci|lascia|scriva|scrivi|dia|dai)|(?:dimmi|indicami|scrivimi|lasciami)"
    r"|mi (?:puo|puoi|potrebbe|potresti)|ho bisogno d|avrei bisogno|mi serv|ci serv|(?:puo|puoi) (?:dirmi"
    r"|indicarmi)"
    r"|please (?:tell|give|share|send|provide)|let me (?:know|have)|could you|can you|may i have|i need|we need"
    r"|(?:digame|dime|indiqueme|indicame|necesito)|(?:dites|donnez|indiquez)[- ](?:moi|nous)|j'ai besoin|il me faut"
    r"|(?:nennen|sagen|geben|schreiben) sie|brauche|(?:diga|informe|indique)[- ]?me|preciso)\b"
)
FIELD_WORDS = {
    "first_name": r"nome\b(?! dell| della| utente)|come (?:si|ti) chiam|name(?:\b|s)|call you|nombre|como se llama"
    r"|como te llamas|prenom|votre nom|vous appel|vorname|ihr name|heissen sie|heisst du|seu nome|se chama",
    "last_name": r"cognome|last name|surname|family name|full name|apellido|nom de famille|nachname|sobrenome"
    r"|apelido|nome completo",
    "company": r"aziend|\bditta|societa|ragione sociale|company|business name|which firm|empresa|entreprise|societe"
    r"|firma\b|unternehmen",
    "email": r"e-?mail|posta elettronica|indirizzo mail|\bmail\b|correo|courriel|adresse electronique"
    r"|endereco de e",
    "phone": r"numero di telefono|telefono|cellulare|phone number|numero de tel|telefonnummer|telemovel",
    "vat": r"partita iva|p\.? ?iva|vat (?:number|id)|\bnif\b|\btva\b|ust-?id|umsatzsteuer",
    "card": r"numero (?:della|di) carta|carta di credito|\bcvv\b|\bcvc\b|card number|card details|security code"
    r"|numero de (?:la )?tarjeta|numero de carte|kartennummer|numero do cartao",
}
AI = re.compile(
    r"assistente (?:virtuale|digitale|automatic)|intelligenza artificiale|\bbot\b|chatbot"
    r"|virtual assistant|digital assistant|automated assistant|artificial intelligence|asistente virtual"
    r"|inteligencia artificial|assistant virtuel|intelligence artificielle|virtuelle[rn]? assistent"
    r"|kunstliche intelligenz|assistente virtual|software|programma automatico|robot"
)
AI_SIGNS = re.compile(r"\b(?:AI|IA|KI)\b")  # in capitals: Italian has a word `ai`
DENIES_AI = re.compile(
    r"(?:non sono|i'?m not|i am not|no soy|je ne suis pas|bin kein|nao sou) (?:un |una |a |an |e?in |e?ine |um "
    r"|uma )?(?:bot|robot|intelligenza|machine|macchina|assistente virtuale|chatbot|computer)"
    r"|(?<!non )sono una persona|i(?:'?m| am) a (?:real )?(?:person|human)|(?<!no )soy una persona"
    r"|suis une personne|bin ein mensch"
    r"|(?<!nao )sou uma pessoa"
)
DONE = re.compile(
    r"\b(?:ordine|appuntamento|prenotazione|pagamento|rimborso|sconto|tavolo|reso)\b[^.!?\n]{0,40}\b(?:e"
    r"|e stat[oa]|risulta)"
    r" (?:stat[oa] )?(?:confermat|registrat|prenotat|fissat|effettuat|applicat|annullat|accettat|ricevut)[oa]\b"
    r"|\b(?:ho|abbiamo) (?:gia )?(?:prenotato|confermato|registrato|fissato|annullato|applicato|riservato"
    r"|ordinato)\b"
    r"|\b(?:le|ti) confermo (?:l'|il |la |lo )?(?:appuntamento|ordine|prenotazione|pagamento|sconto|rimborso"
    r"|tavolo)"
    r"|\b(?:order|appointment|booking|payment|refund|discount|table|reservation)\b[^.!?\n]{0,30}\b(?:is|are"
    r"|has been|have been|was) (?:now )?(?:confirmed|booked|placed|processed|applied|cancelled|received|reserved"
    r"|scheduled)\b"
    r"|\b(?:i(?:'ve| have)|we(?:'ve| have)) (?:now )?(?:booked|confirmed|placed|scheduled|applied|cancelled"
    r"|reserved)\b"
    r"|\b(?:he|hemos) (?:reservado|confirmado|registrado|aplicado|anulado)\b|\b(?:j'ai"
    r"|nous avons) (?:bien )?(?:reserve"
    r"|confirme|enregistre|annule)\b|\bhabe (?:ich )?[^.!?\n]{0,40}\b(?:gebucht|reserviert|bestatigt|storniert)\b"
    r"|\b(?:reservei|confirmei|agendei|marquei)\b"
)
OPEN = re.compile(
    r"\bapert[ioae]\b|\bopen\b|\babiert[oa]s?\b|\bouvert[es]*\b|\bgeoffnet\b|\boffen\b|\babert[oa]s?\b"
)
CLOSED = re.compile(
    r"\bchius[aoie]\b|\bchiud|non (?:e|siamo) apert|\bclosed\b|not open|\bcerrad[oa]s?\b|\bferme[es]*\b"
    r"|\bgeschlossen\b|nicht geoffnet|\bfechad[oa]s?\b|riapri|reopen|open(?:s)? again|rouvr|reabr|wieder geoffnet"
)
OPEN_NOW = re.compile(
    r"\bsi\b[,!.]|siamo (?:ora |adesso |attualmente )?apert|e apert|open (?:now|until|till)|we(?:'re| are) open"
    r"|estamos abiert|sommes ouvert|est ouvert|haben (?:jetzt |noch |heute )?[^.!?\n]{0,30}geoffnet|estamos abert"
)
CLOSED_NOW = re.compile(
    r"(?:siamo|e) (?:ora |adesso |attualmente |oggi |gia )*chius|non (?:siamo|e) (?:ora |adesso )*apert"
    r"|(?:we(?:'re| are)|shop is) (?:currently |now |already )*closed|not open|estamos cerrad|sommes ferme"
    r"|est ferme"
    r"|(?:haben|ist) [^.!?\n]{0,30}geschlossen|estamos fechad"
)
TU = re.compile(
    r"\b(?:tu|ti|tuo|tua|tuoi|tue|puoi|vuoi|dimmi|fammi|scrivimi|dacci|scrivici|potresti|preferisci|desideri|hai"
    r"|lasciami|indicami|contattaci|chiamaci|cerchi)\b"
)
LEI = re.compile(
    r"\b(?:lei|mi dica|la ringrazi[oa]\w*|la prego|desidera|potrebbe|preferisce|puo (?:dirmi|indicarmi|scriver"
    r"|passare"
    r"|chiamar|contattar)\w*|vuole|ci contatti|ci chiami|la contatter\w+|la aspettiamo|mi lasci|le (?:posso|serve"
    r"|interessa|rispond\w+|far\w+|scriver\w+))\b"
)
PERSON = re.compile(
    r"\b(?:colleg[ah]\w*|una persona|nostro staff|responsabile|titolare|colleague|someone (?:from|will)"
    r"|our team|staff"
    r"|companer[oa]|un collegue|une collegue|kolleg\w+|mitarbeiter\w*|colega|equipe|equipo|operator\w*)\b"
)


def folded(text: str) -> str:
    """Return a text without accents, in lower case, with plain apostrophes and single blanks but on lines."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("ß", "ss"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return "\n".join(" ".join(line.split()) for line in letters.splitlines())


def requests_in(text: str) -> list[str]:
    """List the sentences of a text that ask the reader for something, folded."""
    sentences = [found[0].strip() for found in _QUESTION.finditer(folded(text))]
    return [each for each in sentences if each.endswith("?") or REQUEST.search(each)]


def asks_for(text: str, field: str) -> bool:
    """Tell whether a text asks for a field of FIELD_WORDS, or for one called by any other word."""
    words = re.compile(FIELD_WORDS.get(field) or re.escape(folded(field.replace("_", " "))))
    return any(words.search(each) for each in requests_in(text))
