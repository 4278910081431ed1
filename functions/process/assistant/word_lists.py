"""Words that tell what a value is not, or what a customer is doing, in the product's six languages.

All are without case and accents; an apostrophe parts words, so that "l'azienda" is `l` and `azienda`.
"""

# Words for "and" are read as one sign, also where they are something else ("e-mail").
AND = frozenset("& e ed and und et y".split())


def _words(*lines: str) -> frozenset[str]:
    return frozenset(_as_read(" ".join(lines)).split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(_as_read(phrase) for phrase in text.split(",") if phrase.strip())


def _as_read(phrase: str) -> str:
    return " ".join("&" if word in AND else word for word in phrase.split())


# Whole values that say nothing.
NOTHING = _phrases(
    """null, none, nil, n a, na, n d, nd, nan, undefined, unknown, unspecified, not specified, not provided, not
    given, not stated, not available, not applicable, missing, empty, nothing, no name, sconosciuto,
    sconosciuta, ignoto, ignota, non specificato, non specificata, non fornito, non fornita, non indicato,
    non indicata, non disponibile, non noto, non nota, nessuno, nessuna, nessun nome, vuoto, niente, nulla,
    desconocido, desconocida, ninguno, ninguna, no especificado, inconnu, inconnue, aucun, aucune, non
    renseigne, non precise, unbekannt, keine, keiner, kein, nicht angegeben, leer, desconhecido,
    desconhecida, nenhum, nenhuma, nao informado, tbd, xxx, anonymous, anonimo"""
)
# Whole values that only name the field, or come from somebody's example.
PLACEHOLDERS = _phrases(
    """fattura, invoice, preventivo, business, company, your company, my company, company name, your business, the
    business, azienda, ditta, societa, nome azienda, la mia azienda, nome, cognome, nome e cognome, nome
    cognome, nome completo, il mio nome, first name, last name, firstname, lastname, full name, name,
    surname, your name, my name, customer, client, cliente, user, utente, assistant, assistente, email, e
    mail, mail, string, text, value, example, esempio, test, firma, empresa, entreprise, unternehmen,
    vorname, nachname, kunde, prenom, nom, apellido, apellidos, nombre, sobrenome"""
)
GREETINGS = _words(
    "ciao salve buongiorno buonasera buondi buonanotte gentile gentili egregio egregia caro cara cari",
    "spettabile hi hello hey dear hallo servus moin liebe lieber guten hola estimado estimada querido querida",
    "bonjour bonsoir salut cher chere ola oi prezado prezada caros",
)
GREETING_PAIRS = _phrases(
    """buon giorno, buona sera, buon pomeriggio, good morning, good evening, good afternoon, guten tag, guten
    morgen, guten abend, gruss gott, buenos dias, buenas tardes, buenas noches, bom dia, boa tarde, boa
    noite"""
)
THANKS = _words(
    "grazie thanks thank danke gracias merci obrigado obrigada",
)
# Words that are names of some people: taken for one only from who says that it is theirs.
HARDLY_NAMES = _words(
    "ok okay va bene si chi come certo perfetto mi mille prego you how",
    "frau mann mari caro cara cari gentile gentili cher chere querida liebe",
)
# A name that consists of such words alone, or a first or last name that holds one, is none.
NO_NAMES = (
    (GREETINGS - HARDLY_NAMES)
    | THANKS
    | _words(
        "sono chiamo io siamo scusi scusa vorrei volevo quanto quando dove cosa che perche non nessuno moglie",
        "marito figlio figlia madre padre fratello sorella collega am my me your yes not sure sorry please",
        "what when where wife husband son daughter mother father brother sister colleague ich bin heisse mein",
        "meine ja nein nicht bitte je suis appelle mon oui pas femme soy llamo nombre gracias",
        "stanco stanca incinta vegetariano vegetariana vegano vegana arrabbiato arrabbiata interessato interessata",
        "ritardo allergico allergica celiaco celiaca indeciso indecisa deluso delusa",
        "esposa marido chamo sou meu minha esposa chiocciola arroba punto trattino underscore klammeraffe arobase",
    )
)
PARTICLES = _words(
    "del della dello delle dei degli di da dal dalla il lo la le i gli un una uno the and of von y & o",
)
TITLES = _words(
    "avv avvocato avvocata dott dottor dottore dottssa dottoressa dr dra ing ingegner ingegnere geom geometra",
    "arch architetto rag ragionier ragioniere prof professor professore professoressa profssa sig sigg sigra",
    "signor signora signorina sigr mr mrs ms miss sir madam mme mlle monsieur madame herr senor senora sr sra",
    "srta doctor sen cav cavaliere on onorevole comm notaio perito",
)
# Words that may introduce a name within the value that a model gives.
INTRODUCTIONS = (
    ("io", "sono"), ("mi", "chiamo"), ("sono",), ("i", "am"), ("i", "m"), ("my", "name", "is"), ("ich", "bin"),
    ("ich", "heisse"), ("je", "suis"), ("je", "m", "appelle"), ("me", "llamo"), ("soy",), ("me", "chamo"),
    ("sou",),
)  # fmt: skip
LEGAL_FORMS = _words(
    "srl srls spa snc sas sapa scarl scrl scpa coop ltd limited llc llp inc corp plc gmbh ag kg ohg ug gbr",
    "sarl sasu sa eurl slu sl lda ltda eireli onlus aps asd",
)

# Before a value: it is denied.
DENIALS = _words(
    "non not isn ain wasn nicht kein keine pas nao",
)
SPANISH_DENIED = _words(
    "me soy es se trabajo estoy somos",
)  # after `no`, which other languages use by itself
DENIAL_BRIDGES = _words(
    "mi chiamo chiama chiamiamo sono siamo e piu il lo la l i le di d da del dello della dell dei per a al",
    "alla all lavoro lavoriamo in un una mia mio nostra nostro ditta azienda societa cognome nome mail email",
    "indirizzo numero scrivetemi scrivermi scrivete mandate mandatemi usate usi & t am is m my name work for",
    "at with the any more anymore longer called surname last first company address ich heisse bin mehr bei",
    "der die das mein name von fur suis appelle plus chez de du mon nom me llamo soy es se trabajo en mas con",
    "mi nombre chamo sou mais na no o meu minha",
)
# Before a value: it is somebody else's.
RELATIVES = _words(
    "moglie marito figlio figlia figli madre padre mamma papa fratello sorella nonno nonna zio zia cugino",
    "cugina nipote suocero suocera genero nuora cognato cognata amico amica collega capo socio socia compagno",
    "compagna fidanzato fidanzata segretaria segretario titolare commercialista ragazzo ragazza vicino vicina",
    "conto wife husband son daughter mother father mom mum dad brother sister grandmother grandfather uncle",
    "aunt cousin nephew niece friend colleague boss partner girlfriend boyfriend secretary neighbour neighbor",
    "behalf frau ehemann mann sohn tochter mutter vater bruder schwester freund freundin kollege kollegin",
    "chef chefin femme mari fils fille mere pere frere soeur ami amie collegue patron patronne copain copine",
    "esposa mujer marido hijo hija hermano hermana amigo amiga companero companera jefe jefa colega filho",
    "filha mae pai irmao irma chefe",
)
POSSESSIVES = _words(
    "mia mio sua suo nostra nostro tua tuo my his her our mein meine unser mon ma mi nuestro minha meu",
)
RELATIVE_BRIDGES = _words(
    "di d del dello della dell dei che si chiama chiamano e il lo la l un una lavora per da dalla alla all al",
    "presso in mail email indirizzo numero telefono nome cognome azienda ditta & ha is s of the called named",
    "works for at name heisst von der die bei arbeitet ist de du des est chez travaille s appelle se llama",
    "trabaja en es chama trabalha mio mia suo sua nostro nostra",
)
THIRD_PERSON = _phrases(
    """si chiama, si chiamano, his name is, her name is, is called, er heisst, sie heisst, il s appelle, elle s
    appelle, se llama, se chama, chiedere di, parlare con, parlato con, parlo con, sentito, cercavo, cerco,
    conoscete, conosce, c & , speak to, speak with, talk to, talk with, spoke to, spoke with, looking for,
    sprechen mit, parler a, parler avec, hablar con, falar com, vostro, vostra, vostri,
    sono di, siamo di, ha servito, ha seguito, ha consigliato, consigliato da, consigliata da, mi manda, pacco per,
    pacco & per, regalo per, spedire a, recommended by, served by, gift for"""
)
# Behind a name that is somebody else's.
SAID_BY = _phrases(
    """mi ha detto, ci ha detto, mi ha consigliato, mi ha dato, mi ha servito, mi ha seguito, mi aveva detto,
    told me, said that, recommended"""
)
# Before and behind an address that is not the customer's.
WRITTEN_TO = _phrases(
    """scritto a, scritto all indirizzo, scritto alla mail, ho mandato a, contattato, wrote to, written to, emailed,
    contacted, vostra mail &, vostra email &, vostra & mail &,
    vostro indirizzo &, your email is, geschrieben an, ecrit a, escrito a, escribi a, escrevi a"""
)
NOT_MINE = _phrases(
    "non a me, non e mia, non e il mio, non la mia, not to me, not me, not mine, pas a moi, no a mi"
)
SELF = _words(
    "sono chiamo io mio mia nome cognome am im my name me heisse ich bin mein suis appelle je mon llamo soy",
    "mi chamo sou meu minha qui firmato",
)
ARTICLES_OF_THINGS = _words(
    "un una uno an ein eine einen une uma um",
)
PLACES = _phrases(
    """via, viale, vicolo, piazza, piazzale, corso, largo, strada, street, road, rue, calle, avenida, rua, strasse,
    abito a, vivo a, abitiamo a, residente a, vengo da, sede a, zona, comune di, live in, i am from, wohne
    in, komme aus, habite a, vivo en, moro em"""
)

# The customer sets something right.
CORRECTIONS = _phrases(
    """sbagliato, sbagliata, sbagliavo, sbaglio, anzi, correggo, corretto, corretta, correzione, errore, errato,
    errata, in realta, cambiato, cambiata, cambiare, invece, si scrive, giusto, giusta, aggiornare, aggiornate,
    aggiorni, volevo dire, intendevo, actually, instead, correction, correct, mistake, wrong, typo, changed,
    change, update, i meant, it s spelled, spelled, falsch, korrektur, richtig, geandert, stattdessen, erreur,
    corriger, en fait, error, corregir, en realidad, cambio, errado, errada, corrigir, na verdade, mudou"""
)
# These do so only beside a clause that says nothing but the value.
APOLOGIES = _phrases(
    """scusi, scusa, scusate, ora, adesso, nuovo, nuova, sorry, now, new, entschuldigung, jetzt, neu, neue,
    desole, maintenant, nouveau, nouvelle, perdon, ahora, nuevo, nueva, desculpe, agora, novo, nova"""
)
STATEMENT_WORDS = _words(
    "e io mi si chiamo sono siamo era sarebbe il lo la l un mio mia in a al per alle it s is my am i das ist es",
    "sind ich bin mein meine c est je suis le ce mon ma el es mi soy me llamo o sou meu minha chamo name nome nom",
)
# Somebody changes their mind, of anything but who they are.
CHANGES_OF_MIND = _phrases(
    """meglio, facciamo, piuttosto, preferisco, preferirei, spostiamo, spostare, spostate, trasferito,
    trasferita, trasferiti, trasferisco, ora, adesso, better, make it, let s, rather, prefer, moved, now,
    lieber, besser, umgezogen, verschieben, jetzt, plutot, mieux, demenage, deplacer, maintenant, mejor,
    prefiero, mudado, ahora, melhor, prefiro, mudei, agora"""
)
# The customer takes something back, beside the field's name or value. A negation alone takes nothing back.
# The customer wants something deleted.
DELETIONS = _phrases(
    """cancella, cancellate, cancelli, cancellare, elimina, eliminate, elimini, eliminare, rimuovi, rimuovete,
    rimuova, rimuovere, togli, togliete, tolga, togliere, dimentica, dimenticate, dimentichi, delete, remove,
    forget, erase, losche, loschen, loscht, losch, entferne, entfernen, entfernt, vergessen, supprimer,
    supprimez, supprime, effacer, effacez, efface, oublier, oubliez, borra, borrar, borre, borren, elimine,
    eliminen, quita, olvida, olvide, apaga, apague, apagar, remova, esqueca, esquecer"""
)
# Something known of the customer is not true any more, or to be deleted.
WITHDRAWALS = DELETIONS | _phrases(
    """non sono piu, non siamo piu, non ho piu, non abbiamo piu, non uso piu, non usiamo piu, non la uso piu, non lo
    uso piu, non lavoro piu, non ci lavoro piu, non lavoriamo piu, non e piu, non esiste piu, non vale piu, non
    funziona piu, no longer, anymore, any more, nicht mehr, n ai plus, n avons plus, ne suis plus, ne sommes plus,
    ne travaille plus, n utilise plus, n est plus, n existe plus, suis plus, travaille plus, ya no, ja nao, nao
    sou mais, nao tenho mais, nao uso mais, nao trabalho mais, nao e mais, nao existe mais"""
)
# Everything that is known of a customer.
OWN_DATA = _phrases(
    """miei dati, mie informazioni, dati personali, quello che sai di me, quello che sapete di me, my data,
    my details, my information, personal data, you know about me, you have on me, meine daten, personliche daten,
    personlichen daten, mes donnees, donnees personnelles, mis datos, datos personales, meus dados, dados
    pessoais"""
)
# The customer would not tell what was asked.
REFUSALS = _phrases(
    """preferisco di no, preferisco non, preferirei non, preferirei di no, non te lo, non ve lo, non glielo, non lo
    dico, non voglio dir, non voglio dar, non vorrei dar, non vorrei dir, non do, no grazie, non serve, non
    e necessario, lasci stare, lascia stare, lasciamo stare, meglio di no, no thanks, no thank you, rather
    not, prefer not, prefer to not, don t want to, not going to tell, none of your, not necessary, nein
    danke, lieber nicht, mochte ich nicht, will ich nicht, sage ich nicht, non merci, prefere pas, prefere
    ne pas, pas envie, je ne veux pas, no gracias, prefiero no, no quiero, nao obrigado, nao obrigada,
    prefiro nao, nao quero"""
)
BARE_REFUSALS = _words(
    "no nope nein non nao",
)
# The customer speaks as a business does.
BUSINESS_SIGNS = _phrases(
    """fattura, fatture, fatturare, fatturazione, ditta, azienda, aziendale, societa, impresa, partita iva, p iva,
    piva, s r l, srl, srls, s p a, spa, snc, s n c, s a s, codice destinatario, codice univoco, sdi, ragione
    sociale, studio legale, libero professionista, invoice, invoices, company, our firm, business account,
    vat, vat number, ltd, llc, rechnung, firma, unternehmen, gmbh, umsatzsteuer, ust id, facture,
    entreprise, societe, sarl, tva, factura, empresa, autonomo, nif, cif, fatura, nota fiscal, cnpj, nipc,
    lda"""
)

LABELS: dict[str, frozenset[str]] = {
    "first_name": _phrases(
        """nome, come ti chiami, come si chiama, ti chiami, si chiama, mi chiamo, chiamo, first name, your name, my
    name, name, vorname, wie heissen sie, wie heisst du, heissen, heisst, heisse, prenom, nom, appelez vous,
    appelles, appelle, nombre, llamas, llama, llamo, chamas, chama, chamo"""
    ),
    "last_name": _phrases(
        """cognome, last name, surname, family name, nachname, familienname, nom de famille, apellido, apellidos,
    sobrenome, apelido"""
    ),
    "company": _phrases(
        """azienda, ditta, societa, impresa, ragione sociale, company, firm, business, firma, unternehmen,
    entreprise, societe, empresa"""
    ),
    "email": _phrases("""e mail, email, mail, pec, posta elettronica, correo, courriel"""),
    "phone": _phrases(
        """telefono, numero, cellulare, recapito, cell, tel, phone, number, mobile, telefon, telefonnummer, handy,
    nummer, telephone, numero de telephone, portable, movil, telemovel, telefone, celular"""
    ),
    "vat": _phrases(
        """partita iva, p iva, piva, iva, vat, umsatzsteuer, ust id, tva, nif, cif, nipc, contribuinte"""
    ),
    "date": _phrases(
        "data, giorno, quando, date, day, when, datum, tag, wann, jour, quand, fecha, dia, cuando, quando"
    ),
}
_SELF_STATED = SELF - {"mi", "me"}  # "mi manda Luca"
# What states a name or a firm without naming the field.
STATEMENTS: dict[str, frozenset[str]] = {
    "first_name": _SELF_STATED,
    "last_name": _SELF_STATED,
    "company": _words(
        "lavoro lavoriamo della dell dello del siamo fattura intestata intestare work with from for at bei chez",
        "trabajo trabalho facture rechnung factura fatura invoice",
    ),
}
STATEMENTS["email"] = _words(
    "indirizzo address adresse direccion endereco scrivetemi scrivermi scrivi write schreiben a to",
)
# Choosing the one that says yes or no.
YES = _words(
    "si sì certo ok yes sure of ja oui si sim claro",
)
NO = _words(
    "no nope nein non nao",
)

# An owner's text says that no person answers.
AI_WORDS = _phrases(
    """assistente virtuale, assistente digitale, assistente automatico, assistenti virtuali, intelligenza
    artificiale, risposta automatica, risposte automatiche, risponditore automatico, sistema automatico, bot,
    chatbot, robot, virtual assistant, digital assistant, automated assistant, automatic assistant, artificial
    intelligence, automatic reply, automatic replies, automated, virtueller assistent, virtuellen assistenten,
    virtuelle assistentin, virtuellen assistentin, digitaler assistent, digitale assistentin, kunstliche
    intelligenz,
    kunstlichen intelligenz, automatische antwort, automatische antworten, assistant virtuel, assistante virtuelle,
    assistant numerique, assistant automatique, intelligence artificielle, reponse automatique, reponses
    automatiques, asistente virtual, asistenta virtual, asistente digital, asistente automatico, inteligencia
    artificial, respuesta automatica, respuestas automaticas, assistente virtual, assistente digital, resposta
    automatica, respostas automaticas"""
)
NO_SUCH_THING = _words(
    "non no not nessun nessuna senza never without kein keine keinen nicht ohne pas aucun aucune sans sin",
    "ningun nao nenhum sem",
)
