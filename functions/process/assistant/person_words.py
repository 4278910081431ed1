"""Words by which customers ask for a person and assistants promise one, in six languages. Pure functions.

A model misses such requests and sees them where none are, so plain words decide beside it. They are looked for
sentence by sentence, without accents and in lower case, in all languages: a customer's is not always known. A
person is asked for by a wish (to talk to somebody, to be put through, to be called back) and never by mere words:
"la persona che mi ha servito" asks for nobody. What is not wanted, happened before or is somebody of the customer's
own does not count.
"""

import re
import unicodedata

# Who answers instead of the assistant.
_PEOPLE = r"""(?:
    persona | persone | qualcuno | qualcun | operatore | operatrice | operatori | umano | umana | umani | collega
  | colleghi
  | responsabile | titolare | proprietari[oa] | addett[oa]
  | consulente | commess[oa] | impiegat[oa] | direttore | direttrice
  | voi | staff | servizio\sclienti | assistenza
  | person | human | agent | operator | representative | somebody | someone | colleague | manager | owner | employee
  | customer\s(?:service|support|care) | people
  | alguien | operador[a]? | humano | humana | companero
  | companera | agente | encargad[oa] | responsable | duen[oa]
  | dependient[ea] | atencion\sal\scliente
  | personne | quelqu'un | operateur | operatrice | humain
  | humaine | conseiller | conseillere | collegue | gerant[e]?
  | vendeu(?:r|se) | patron(?:ne)? | service\sclient
  | mensch(?:en)? | jemand(?:em|en)? | mitarbeiter(?:in)? | kollege[n]? | kollegin | berater(?:in)? | chef(?:in)?
  | kundendienst | kundenservice | inhaber(?:in)?
  | pessoa | alguem | atendente | operador[a]? | colega | responsavel | gerente | dono | dona | funcionari[oa]
)"""
# Words that say by themselves what they are for.
_STAFF = r"""(?:operatore|operatrice|umano|essere\sumano|operator
  |human(?:\sbeing)?(?!\s(?:hair|skin|body|size|food|rights|resources)\b)|representative|live\sagent
  |operador[a]?|humano|ser\shumano|operateur|humain|etre\shumain|mitarbeiter|mensch|atendente|servizio\sclienti
  |customer\s(?:service|support|care))"""
_REAL = r"""(?:persona\s(?:vera|reale|umana|fisica|in\scarne)|(?:real|actual|live)\s(?:person|human|agent)
  |persona\s(?:real|de\sverdad|humana)|(?:vraie|vrai)\s(?:personne|humain)|personne\s(?:reelle|humaine)
  |(?:echte[nmrs]?|richtige[nmrs]?)\s(?:mensch(?:en)?|person|mitarbeiter)|pessoa\s(?:real|de\sverdade|humana)
  |(?:assistenza|supporto|aiuto|contatto)\suman[oa])"""
_FEW = r"(?:[\w']+\s+){0,3}?"
_ALSO = r"(?:[\w']+\s+){0,2}?"
# What follows "chiamatemi" when it asks for a call: not a name ("chiamatemi Anna"), not a thing ("un taxi").
_CALL = r"""(?=\s*(?:$|[^\w\s]|\d)|\s+(?:a|al|allo|alle?|per|appena|quando|se|subito|adesso|ora|oggi|domani
  |dopodomani|stasera|stamattina|domattina|in|nel|nella|dopo|prima|piu|entro|verso|dalle|voi|grazie|pure|anche|urgentemente|presto|direttamente|con|su|sul
  |qualcuno|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|un\sattimo|il\s(?:prima|\d+)|lei|e|ho|che|perche)\b)"""

_REQUESTS = [
    # to talk to somebody
    rf"\b(?:parlare|parlarne|parl[oa]|parli|conferire|discuterne|chattare|messaggiare)\s+{_ALSO}(?:con|col|coi|a|ad)\s+(?!nome\b){_FEW}{_PEOPLE}\b",
    r"\b(?:posso|potrei|vorrei|voglio|fatemi|fammi|mi\sfaccia|bisogno\sdi|possibile|preferi\w+|desider\w+|gradirei|chiedo\sdi)"
    r"\s+(?:(?!non\b)\w+\s+)?parlare\s+(?:direttamente\s+)?con\s+(?!nessun|(?:calma|piacere|franchezza|sincerita|tranquillita|serieta)\b)",
    rf"\b(?:talk|speak|chat)\s+{_ALSO}(?:to|with)\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:hablar|habl[oe]|hable|comunicarme|chatear)\s+{_ALSO}(?:con|a)\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:parler|discuter|echanger)\s+{_ALSO}(?:a|avec)\s+{_FEW}{_PEOPLE}\b|\bparler\s+a\s+{_PEOPLE}\b",
    rf"\bmit\s+{_FEW}{_PEOPLE}\s+{_ALSO}(?:sprechen|reden|schreiben|chatten|telefonieren|verbinden|verbunden)\b",
    rf"\b(?:sprechen|reden|verbinden)\s+(?:\w+\s+){{0,3}}?mit\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:falar|conversar)\s+{_ALSO}(?:com|a)\s+{_FEW}{_PEOPLE}\b",
    # to be put through, or to be given one
    rf"\b(?:pass(?:ami|atemi|armi|arci)|mi\s+pass[aei]\w*|(?:mettermi|mettimi|mettetemi|mi\s+mett[aei]\w*)(?:\s+in\s+(?:contatto|comunicazione)\s+con)?)"
    rf"\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:datemi|dammi|avere|mandatemi|chiamatemi|chiamami|mi\s+chiami|cerco|voglio|vorrei|preferi\w+|mi\s+serve|servirebbe"
    rf"|ho\s+bisogno\s+d[i'](?:ell)?|c'e)\s*(?:l')?{_ALSO}(?:un[a']?\s*|l')?(?:{_STAFF}|{_REAL})\b",
    r"\bc'e\s+qualcuno\s*(?:$|che\s+(?:mi|ci|(?:mi\s+|ci\s+)?(?:puo|possa|potrebbe)\s+\w+(?:mi|ci)|rispond[ea])\b|con\b|disponibile\b|li\b|dall')|\bmi\s+(?:risponde|puo\s+(?:ri)?chiamare)\s+qualcuno\b",
    r"\b(?:voglio|vorrei|datemi|dammi|passatemi|passami|preferisco|preferirei|mi\s+serve|ho\s+bisogno\s+di|i\s+want|i\s+need|give\s+me|quiero|quisiera"
    r"|necesito|je\s+veux|je\s+voudrais|ich\s+will|ich\s+mochte|ich\s+brauche|quero|queria|preciso\s+de)\s+(?:una?|an?|une|eine[n]?|uma)"
    r"\s+(?:persona|person|personne|pessoa)(?:\s+(?:subito|adesso|ora|qui|per\s+(?:favore|piacere|cortesia)|now|please|here|ya|ahora|por\s+favor"
    r"|maintenant|jetzt|bitte|agora))*\s*$",
    rf"\b(?:connect|transfer|put)\s+(?:me|us)\s+{_ALSO}(?:to|with|through)\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:want|need|get|prefer|give|like|have|is\s+there)\s+{_ALSO}(?:an?|the|some|any)?\s*{_ALSO}(?:{_STAFF}|{_REAL})\b",
    rf"\b(?:paseme|pasame|pasarme|comunique(?:me|nme)|ponme|pongame|poner(?:me|se)\s+en\s+contacto)\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:quiero|quisiera|necesito|prefiero|me\s+gustaria)\s+(?:una?\s+)?(?:{_STAFF}|{_REAL})\b",
    rf"\b(?:passez[\s-]moi|mettez[\s-]moi\s+en\s+(?:contact|relation)\s+avec|joindre|contacter)\s+{_FEW}{_PEOPLE}\b",
    rf"\b(?:veux|voudrais|souhaite|prefere|besoin\s+d')\s*(?:une?\s+)?(?:{_STAFF}|{_REAL})\b",
    rf"\b(?:will|mochte|brauche|hatte\s+gern|bitte)\s+{_ALSO}(?:einen?|einem)\s+(?:{_STAFF}|{_REAL})\b",
    rf"\bverbinde[n]?\s+(?:sie\s+)?mich\b.*{_PEOPLE}\b",
    rf"\b(?:quero|queria|preciso\s+de|prefiro|gostaria\s+de)\s+(?:uma?\s+)?(?:{_STAFF}|{_REAL})\b",
    rf"\b(?:passe|passa|passar|transfira|transferir|chame|chamar)(?:-me)?\s+(?:para\s+)?{_ALSO}{_PEOPLE}\b",
    # a person rather than this
    rf"\b(?:ma|bensi|but|sino|pero|mais|sondern|mas)\s+(?:con|with|avec|mit|com)\s+{_ALSO}(?:{_PEOPLE})\b",
    # to be called back
    r"\b(?:richiamatemi|richiamami|richiamarmi|mi\s+richiam\w+|(?:farmi|fatemi|mi\s+faccia|mi\s+fate)\s+(?:ri)?(?:chiamare|contattare)"
    r"|(?:essere|venire)\s+(?:ri)?(?:chiamat|contattat|ricontattat)[oa]|(?:ri)?contattatemi|ricontattarmi|mi\s+ricontatt\w+|telefonatemi|telefonami"
    r"|mi\s+(?:telefonate|contattate)|(?:potete|puo|puoi|potreste|potrebbe)\s+(?:telefonar|contattar)mi)\b",
    rf"(?:\b(?:chiamatemi|chiamami|mi\s+chiamate|(?:potete|puo|puoi|potreste|potrebbe)\s+chiamarmi|mi\s+(?:potete|puo|puoi|potreste|potrebbe)"
    rf"\s+(?:(?:ri)?chiamare|telefonare|(?:ri)?contattare))|^mi\s+chiami)\b{_CALL}",
    r"\b(?:call|phone|ring)\s+me(?:\s+(?:back|please|now|today|tomorrow|later|on|at|asap)\b|\s*$)|\bgive\s+me\s+a\s+call\b",
    r"\b(?:llamenme|llameme|me\s+pueden\s+llamar|pueden\s+llamarme|que\s+me\s+llamen)\b",
    r"\b(?:rappelez[\s-]moi|me\s+rappeler|etre\s+rappele[e]?)\b",
    r"\b(?:rufen\s+sie\s+mich|ruft\s+mich|mich\s+(?:zuruck|an)rufen|um\s+(?:einen\s+)?ruckruf)\b",
    r"\b(?:liguem[\s-]me|me\s+liguem|podem\s+ligar[\s-]me|me\s+ligar)\b",
]
_REQUEST = re.compile("|".join(f"(?:{pattern})" for pattern in _REQUESTS), re.VERBOSE)
_ALONE = re.compile(
    rf"(?:{_STAFF}|{_REAL}|agent|agente|agente\shumano|pessoa|persona|person|personne|colega|collega|addett[oa])",
    re.VERBOSE,
)
# What may stand beside such a word that is a message by itself.
_FILLERS = re.compile(
    r"\b(?:per\s(?:favore|piacere|cortesia)|por\sfavor|s'il\s(?:vous|te)\splait|un[ao']?|an?|ein(?:en?)?|une|uma?|grazie|please|thanks"
    r"|gracias|merci|bitte|danke|obrigad[oa]|subito|adesso|ora|now|ahora|voglio|vorrei)(?!\w)|[^\w']+"
)

# Right before the wish: it is none.
_UNWANTED = re.compile(
    r"""(?:
    \b(?:non|senza)\s+(?:(?:voglio|vorrei|mi\sserve|serve|occorre|ho|c'e|desidero|intendo|mi\sva|bisogno|di|che|dover|mi)\s+)*
  | \b(?:don't|dont|do\snot|didn't|not|no\sneed|without|rather\snot)\s+(?:(?:want|need|like|to|have|having)\s+)*
  | \b(?:no|sin)\s+(?:(?:quiero|necesito|hace\sfalta|deseo|que)\s+)*
  | \b(?:ne\s+|n')?(?:veux|souhaite|besoin)\s+pas\s+(?:de\s+)?
  | \bsans\s+
  | \b(?:nicht|kein\w*)\s+
  | \b(?:nao|sem)\s+(?:(?:quero|preciso|de|desejo)\s+)*
    )$""",
    re.VERBOSE,
)
_NICHT = re.compile(r"\b(?:nicht|kein\w*)\b")
_MAY_I = re.compile(r"(?:posso|potrei|possibile)\b")  # "non posso parlare con qualcuno?" wishes it
# The customer's own people, and questions whether the assistant is one.
_OWN = re.compile(
    r"\b(?:con|a|with|to|avec|mit|com)\s+(?:l[ae]|il|i)?\s*(?:mi[aoe]|miei|nostr[oaie]|suo|sua|my|our|mi|mis|mon|ma|mes|notre"
    r"|mein\w*|unser\w*|meu|minha|te|tua?|you|ti|toi|dir)\b"
)
_ARE_YOU = re.compile(
    r"(?:\b(?:sei|siete|(?:lei|questo|questa|se)\se|are\syou|is\sthis|am\si|eres|es\susted|esto\ses|es-tu|etes[\s-]vous|bist\sdu|sind\ssie|voce\se|es\sum[a]?"
    r"|sto|stiamo|estoy|estou|je\sparle|spreche\sich|rede\sich|c'est)|^\W*e)\s+(?:\w+\s+)?(?:un[ao']?\b|con\b|a\b|an\b|une?\b|eine?\b|avec\b|mit\b"
    r"|talking\b|speaking\b|chatting\b|parlando\b|hablando\b|falando\b|falar\b|parler\b|uma?\b)"
)
_BORDERS = re.compile(r"[.!?;:,\n]{1,20}(?=\s|$)|\n+")  # bounded: a stranger's text may be nothing but full stops

# Who of the business is promised in Italian, and what they do then: "ti contatta", "La richiamerà".
_STAFF_IT = r"""(?:collega|colleghi|qualcuno|qualcun|operatore|operatrice|responsabile|titolare|proprietari[oa]
  |addett[oa]|consulente|persona|staff|team|personale)"""
_WILL_IT = r"""(?<!non\s)\b(?:l[aeo]|l'|gli|[tv]i)\s*(?:
    (?:rispond|scriv|contatt|ricontatt|chiam|richiam|telefon|aiut|assist|segu)(?:era|ira|eranno|iranno)
  | fara(?:nno)?\ssapere
  | contatta(?:no)? | ricontatta(?:no)? | richiama(?:no)?
  | (?<!\bla\s)(?<!\blo\s)(?:rispond(?:e|ono)|scriv(?:e|ono)|telefona(?:no)?)
  )\b"""
_GAP = r"[^.!?\n]{0,40}?"

_PROMISES = [
    rf"{_WILL_IT}[^.!?:;,\n]{{0,30}}?\b{_STAFF_IT}\b",
    rf"\b(?:un[oa']?|il|la|i|nostr[oaie]|qualcuno)\b{_GAP}\b{_STAFF_IT}\b{_GAP}{_WILL_IT}",
    rf"\bsar(?:a|anno)\s+{_GAP}\b{_STAFF_IT}\s+ad?\s+\w+r(?:e|l[ae]|[tv]i)\b",
    r"(?<!non\s)\b(?:(?:l[aeo]|l'|[tv]i)\s*(?:contatt|ricontatt|richiam)iamo|[tv]i\s+(?:chiam|telefon)iamo"
    r"|(?:l[aeo]|l'|[tv]i)\s*(?:rispond|scriv|contatt|ricontatt|chiam|richiam|telefon)eremo|(?:le|[tv]i)\s+faremo\s+sapere)\b",
    rf"(?<!nel\s)(?<!in\s)\b(?:giro|girero|girato|lascio|metto\s+in\s+contatto)\b{_GAP}\b(?:a|ad|al|allo|alla|ai|con|col)\s+{_ALSO}{_STAFF_IT}\b",
    rf"(?<!no\s)\b(?:le|te|l[oa]|se\s+pondra)\s+(?:respondera|contactara|escribira|llamara|ayudara|atendera|contestara|en\s+contacto)n?\b{_GAP}"
    r"\b(?:companer[oa]s?|alguien|equipo|personal|responsable|encargad[oa]|agente|operador[a]?|persona)\b",
    r"(?<!no\s)\b(?:le|te|l[oa])\s+(?:responderemos|contactaremos|escribiremos|llamaremos|llamamos|contactamos)\b",
    rf"\bser[ae]s?\s+contactad[oa]\b|\b(?:serez|seras)\s+(?:re)?(?:contacte|appele|rappele)e?\b|\b(?:vous|te)\s+(?:repondra|contactera|ecrira|rappellera){_GAP}"
    r"\b(?:collegues?|quelqu'un|equipe|responsable|conseiller|personne)\b",
    r"\b(?:nous|on)\s+(?:vous|te)\s+(?:repondrons|(?:re)?contacterons|rappell?erons|ecrirons|recontacte|rappel(?:le|ons)(?=\s*$|[\s,.!]+(?!qu|de\b|votre\b|notre\b|l[ae']|son\b)))\b",
    rf"\b(?:meldet|antwortet|schreibt|ruft|kontaktiert|hilft)\s+(?:sie|ihnen|dir|dich|sich)?{_GAP}\b(?:kolleg\w+|jemand|mitarbeiter\w*|team|inhaber\w*|chef\w*)\b",
    r"\bwir\s+(?:melden\s+uns|rufen\s+(?:sie|dich)\b|kontaktieren\s+(?:sie|dich)\b|werden\s+(?:sie|dich|ihnen|dir)\s+(?:\w+\s+){0,3}?"
    r"(?:kontaktieren|anrufen|zuruckrufen|antworten|schreiben))",
    rf"(?<!nao\s)\b(?:vai\s+(?:responder|contactar|contatar|escrever|ligar|ajudar)-(?:lhe|te|[lnv]?[oa])"
    rf"|(?:responder|escrever|ligar)-(?:lhe|te)-a|(?:contacta|contata|ajuda)-l[oa]-a)\b{_GAP}"
    r"\b(?:colegas?|alguem|equipa|equipe|responsavel|atendente|gerente|dono|dona)\b",
    r"\b(?:entraremos\s+em\s+contac?to|(?:lhe|te)\s+(?:ligaremos|responderemos|escreveremos)|(?:ligar|responder|escrever|contactar)-(?:lhe|te|[lo]?[oa])-?emos)\b",
    rf"\byou(?:'ll|\s+will)\s+(?:be\s+(?:contacted|called|answered|helped)\b|(?:hear|get\s+(?:a\s+)?(?:reply|answer|call))\b{_GAP}\b(?:from|by)\b{_GAP}"
    r"\b(?:us|colleagues?|someone|somebody|team|staff|agent|person|manager|owner)\b)",
    r"\bwe(?:'ll|\s+will)\s+(?:(?:call|phone|contact|write\s+to)\s+you|get\s+(?:back|in\s+touch)|be\s+in\s+touch|let\s+you\s+know)\b",
    r"\b(?:un[oa']?|il|la|i|nostr[oaie]|qualcuno|qualcun)\b[^.!?\n]{0,60}?\b(?:collega|colleghi|qualcuno|qualcun\saltro|operatore|operatrice"
    r"|responsabile|titolare|addett[oa]|staff|team|personale)\b[^.!?\n]{0,60}?\b(?:rispondera|risponderanno|scrivera|scriveranno|contattera"
    r"|contatteranno|ricontattera|ricontatteranno|richiamera|richiameranno|chiamera|chiameranno|si\s+occupera|si\s+fara|si\s+faranno"
    r"|fara\ssapere|confermera|verifichera|controllera|aiutera|assistera|seguira)\b",
    r"\bqualcuno\b[^.!?\n]{0,30}?\b(?:rispondera|scrivera|contattera|ricontattera|richiamera|chiamera|si\s+fara)\b",
    r"\b(?:avviso|avviser\w+|avvisato|avverto|informo|informer\w+|informato|inoltro|inoltrer\w+|inoltrato|passo|passero|passer\w+|passato|trasmetto|segnalo"
    r"|segnaler\w+|chiedo|chiedero)\b[^.!?\n]{0,40}?\b(?:collega|colleghi|operatore|responsabile|titolare|staff|team|personale)\b",
    r"\b(?:sarai|sara|verrai|verra)\s+(?:ri)?contattat[oa]\b|\bla\s+(?:ri)?contatteremo\b|\bti\s+(?:ri)?contatteremo\b",
    r"\b(?:colleague|colleagues|someone|somebody|team|staff|agent|human|person|manager|owner)\b[^.!?\n]{0,40}?\b(?:will|'ll|is\s+going\s+to)\b"
    r"[^.!?\n]{0,20}?\b(?:answer|reply|respond|contact|write|call|get\s+(?:back|in\s+touch)|be\s+in\s+touch|help|assist|confirm|check|let\s+you\s+know|take\s+care)\b",
    r"\b(?:i(?:'ve|\s+have|'ll|\s+will)?|let\s+me)\s+(?:told|tell|informed|inform|notified|notify|alert(?:ed)?|ask(?:ed)?|forward(?:ed)?|pass(?:ed)?)\b[^.!?\n]{0,40}?"
    r"\b(?:colleague|colleagues|team|staff|manager|owner|person|human)\b",
    r"\b(?:companer[oa]s?|alguien|equipo|personal|responsable|encargad[oa])\b[^.!?\n]{0,40}?\b(?:respondera|contactara|escribira|llamara|pondra\s+en\s+contacto"
    r"|ayudara|atendera|confirmara|contestara)n?\b",
    r"\b(?:he\s+avisado|aviso|avisare|paso|pasare|informare|he\s+informado)\b[^.!?\n]{0,40}?\b(?:companer[oa]s?|equipo|personal|responsable)\b",
    r"\b(?:collegues?|quelqu'un|equipe|responsable|conseiller|personne)\b[^.!?\n]{0,40}?\b(?:repondra|contactera|ecrira|rappellera|appellera|aidera|confirmera|reviendra)\b",
    r"\bj'(?:ai\s+prevenu|ai\s+informe|informe)\b[^.!?\n]{0,40}?\b(?:collegues?|equipe|responsable)\b",
    r"\b(?:kolleg\w+|jemand|mitarbeiter\w*|team)\b[^.!?\n]{0,30}?\b(?:wird|werden|meldet|melden|antwortet|schreibt|ruft|kontaktiert|hilft)\b",
    r"\b(?:wird|werden|meldet)\b[^.!?\n]{0,40}?\b(?:kolleg\w+|jemand|mitarbeiter\w*|team)\b",
    r"\b(?:colegas?|alguem|equipa|equipe|responsavel|atendente)\b[^.!?\n]{0,30}?\b(?:(?:vai|ira|vao)\s+(?:\w+\s+)?(?:responder|contactar|contatar|escrever|ligar|ajudar|entrar|confirmar)\S*"
    r"|respondera|contactara|contatara|escrevera|ligara|ajudara)",
    r"\b(?:avisei|aviso|vou\s+avisar|passo|vou\s+passar|informei)\b[^.!?\n]{0,40}?\b(?:colegas?|equipa|equipe|responsavel)\b",
]
_PROMISE = re.compile("|".join(f"(?:{pattern})" for pattern in _PROMISES), re.VERBOSE)
_NO_PROMISE = re.compile(
    r"\b(?:nessun\w*|nobody|no\s+one|ningun\w*|nadie|aucun\w*|personne\s+ne|kein\w*|niemand|nenhum\w*|ninguem|se\s+vuole|if\s+you\s+(?:want|like|wish))\b"
)
_TIME = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b(?:alle|dalle|ore|at|from|a\slas|desde\slas|des|ab|um|as|das)\s+\d{1,2}\b"
    r"|\b(?:oggi|domani|dopodomani|stamattina|stasera|pomeriggio|today|tomorrow|tonight|hoy|manana|aujourd'hui|demain|heute|morgen|hoje|amanha"
    r"|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|segunda|terca|quarta|quinta|sexta)\b"
)


def asks_for_person(text: str) -> bool:
    """Tell whether a customer asks for a person."""
    plain = _plain(text)
    if _ALONE.fullmatch(_FILLERS.sub(" ", plain).strip()):
        return True
    return any(_is_request(sentence) for sentence in _BORDERS.split(plain))


def promises_person(answer: str) -> bool:
    """Tell whether an answer says that a person will see to it."""
    return bool(promises(answer))


def tells_when(answer: str) -> bool:
    """Tell whether an answer that promises a person says when."""
    return any(_TIME.search(sentence) for sentence in promises(answer))


def promises(answer: str) -> list[str]:
    """Return the sentences that promise a person, without accents and in lower case."""
    sentences = re.split(r"(?<=[.!?])\s+|\n+", _plain(answer))
    return [
        each
        for each in sentences
        if not each.endswith("?") and _PROMISE.search(each) and not _NO_PROMISE.search(each)
    ]


def _is_request(sentence: str) -> bool:
    found = _REQUEST.search(sentence)
    while found:
        unwanted = _UNWANTED.search(sentence[: found.start()]) and not _MAY_I.match(found[0])
        if not unwanted and not _NICHT.search(found[0]) and not _is_other(sentence):
            return True
        found = _REQUEST.search(sentence, found.end())
    return False


def _is_other(sentence: str) -> bool:
    """Tell whether a sentence speaks of the customer's own people, or asks what the assistant is."""
    return bool(_OWN.search(sentence) or _ARE_YOU.search(sentence) or _UNWANTED.match(sentence))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return "".join(character for character in folded if not unicodedata.combining(character))
