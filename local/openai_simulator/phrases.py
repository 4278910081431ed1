"""What the assistant says, per language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """The assistant's sentences in one language; braces are filled in."""

    hello: str
    hello_name: str
    your_name: str
    name_unknown: str
    welcome: str
    welcome_name: str
    read: str
    saw_image: str
    read_document: str
    how_can_i_help: str
    hours: str
    which_day: str
    days: tuple[str, ...]
    questions: dict[str, str]


PHRASES = {
    "it": Phrases(
        hello="Ciao!",
        hello_name="Ciao {name}!",
        your_name="Ti chiami {name}.",
        name_unknown="Non so ancora come ti chiami.",
        welcome="Prego, figurati!",
        welcome_name="Prego, {name}! È un piacere aiutarti.",
        read="Ho letto: {quotes}.",
        saw_image="Ho visto l'immagine.",
        read_document="Ho letto il documento {filename}.",
        how_can_i_help="Come posso aiutarti?",
        hours="**I nostri orari**\n\n- *lunedì-venerdì*: **9-18**\n- *sabato*: **9-13**",
        which_day="Che giorno preferisci?",
        days=("Oggi", "Domani", "Sabato"),
        questions={
            "first_name": "Come ti chiami?",
            "last_name": "Mi dici anche il tuo cognome?",
            "company": "Per quale azienda lavori?",
            "email": "A quale indirizzo e-mail possiamo scriverti?",
        },
    ),
    "en": Phrases(
        hello="Hello!",
        hello_name="Hello {name}!",
        your_name="Your name is {name}.",
        name_unknown="I don't know your name yet.",
        welcome="You're welcome!",
        welcome_name="You're welcome, {name}! Happy to help.",
        read="I read: {quotes}.",
        saw_image="I saw the image.",
        read_document="I read the document {filename}.",
        how_can_i_help="How can I help you?",
        hours="**Our opening hours**\n\n- *Monday-Friday*: **9-18**\n- *Saturday*: **9-13**",
        which_day="Which day suits you?",
        days=("Today", "Tomorrow", "Saturday"),
        questions={
            "first_name": "What is your name?",
            "last_name": "Could you also tell me your last name?",
            "company": "Which company do you work for?",
            "email": "Which e-mail address can we write to?",
        },
    ),
    "es": Phrases(
        hello="¡Hola!",
        hello_name="¡Hola, {name}!",
        your_name="Te llamas {name}.",
        name_unknown="Todavía no sé tu nombre.",
        welcome="¡De nada!",
        welcome_name="¡De nada, {name}! Es un placer ayudarte.",
        read="He leído: {quotes}.",
        saw_image="He visto la imagen.",
        read_document="He leído el documento {filename}.",
        how_can_i_help="¿En qué puedo ayudarte?",
        hours="**Nuestro horario**\n\n- *lunes-viernes*: **9-18**\n- *sábado*: **9-13**",
        which_day="¿Qué día prefieres?",
        days=("Hoy", "Mañana", "Sábado"),
        questions={
            "first_name": "¿Cómo te llamas?",
            "last_name": "¿Me dices también tu apellido?",
            "company": "¿Para qué empresa trabajas?",
            "email": "¿A qué correo electrónico podemos escribirte?",
        },
    ),
    "fr": Phrases(
        hello="Bonjour !",
        hello_name="Bonjour {name} !",
        your_name="Tu t'appelles {name}.",
        name_unknown="Je ne connais pas encore ton nom.",
        welcome="Je t'en prie !",
        welcome_name="Je t'en prie, {name} ! C'est un plaisir.",
        read="J'ai lu : {quotes}.",
        saw_image="J'ai vu l'image.",
        read_document="J'ai lu le document {filename}.",
        how_can_i_help="Comment puis-je t'aider ?",
        hours="**Nos horaires**\n\n- *lundi-vendredi* : **9-18**\n- *samedi* : **9-13**",
        which_day="Quel jour préfères-tu ?",
        days=("Aujourd'hui", "Demain", "Samedi"),
        questions={
            "first_name": "Comment t'appelles-tu ?",
            "last_name": "Quel est ton nom de famille ?",
            "company": "Pour quelle entreprise travailles-tu ?",
            "email": "À quelle adresse e-mail pouvons-nous t'écrire ?",
        },
    ),
    "de": Phrases(
        hello="Hallo!",
        hello_name="Hallo {name}!",
        your_name="Du heißt {name}.",
        name_unknown="Ich kenne deinen Namen noch nicht.",
        welcome="Gern geschehen!",
        welcome_name="Gern geschehen, {name}!",
        read="Ich habe gelesen: {quotes}.",
        saw_image="Ich habe das Bild gesehen.",
        read_document="Ich habe das Dokument {filename} gelesen.",
        how_can_i_help="Wie kann ich dir helfen?",
        hours="**Unsere Öffnungszeiten**\n\n- *Montag-Freitag*: **9-18**\n- *Samstag*: **9-13**",
        which_day="Welcher Tag passt dir?",
        days=("Heute", "Morgen", "Samstag"),
        questions={
            "first_name": "Wie heißt du?",
            "last_name": "Wie lautet dein Nachname?",
            "company": "Für welche Firma arbeitest du?",
            "email": "An welche E-Mail-Adresse können wir dir schreiben?",
        },
    ),
    "pt": Phrases(
        hello="Olá!",
        hello_name="Olá, {name}!",
        your_name="Você se chama {name}.",
        name_unknown="Ainda não sei o seu nome.",
        welcome="De nada!",
        welcome_name="De nada, {name}! É um prazer ajudar.",
        read="Eu li: {quotes}.",
        saw_image="Eu vi a imagem.",
        read_document="Eu li o documento {filename}.",
        how_can_i_help="Como posso ajudar?",
        hours="**O nosso horário**\n\n- *segunda-sexta*: **9-18**\n- *sábado*: **9-13**",
        which_day="Que dia prefere?",
        days=("Hoje", "Amanhã", "Sábado"),
        questions={
            "first_name": "Qual é o seu nome?",
            "last_name": "Qual é o seu sobrenome?",
            "company": "Para qual empresa você trabalha?",
            "email": "Para qual e-mail podemos escrever?",
        },
    ),
}

TRANSCRIPTS = {
    "it": (
        "Buongiorno, vorrei sapere se siete aperti sabato mattina.",
        "Salve, volevo chiedere un preventivo per la manutenzione della caldaia.",
        "Ciao, potete richiamarmi domani dopo le dieci? Grazie.",
        "Buonasera, a che punto è il mio ordine della settimana scorsa?",
    ),
    "en": (
        "Good morning, I would like to know if you are open on Saturday.",
        "Hello, I wanted to ask for a quote for the maintenance of our boiler.",
        "Hi, could you call me back tomorrow after ten? Thank you.",
        "Good evening, what is the status of the order I placed last week?",
    ),
    "es": (
        "Buenos días, quisiera saber si están abiertos el sábado.",
        "Hola, ¿me pueden llamar mañana después de las diez? Gracias.",
    ),
    "fr": (
        "Bonjour, je voudrais savoir si vous êtes ouverts samedi.",
        "Bonjour, pouvez-vous me rappeler demain après dix heures ? Merci.",
    ),
    "de": (
        "Guten Tag, ich möchte wissen, ob Sie am Samstag geöffnet haben.",
        "Hallo, können Sie mich morgen nach zehn Uhr zurückrufen? Danke.",
    ),
    "pt": (
        "Bom dia, gostaria de saber se vocês abrem no sábado.",
        "Olá, podem me ligar amanhã depois das dez? Obrigado.",
    ),
}
