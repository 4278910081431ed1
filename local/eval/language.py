"""Which of the product's six languages a text is in: by its commonest words, which is enough for an answer."""

import re

from shared.settings import LANGUAGES

# The commonest short words of each language; one that several share says little, and counts for each of them.
_WORDS = {
    "it": """il lo la gli le un una di a da in con su per tra del della dei delle al alla dal nel nella sul e o ma
        se che chi non è sono siamo ha ho abbiamo può possiamo puoi vuole le ti ci si mi lei suo sua tuo tua questo
        questa cosa come quando dove grazie ciao buongiorno buonasera salve oggi domani anche più negozio aperti
        collega prego volentieri certo perché nostro nostra risponderà""",
    "en": """the a an of to in on at for with from by and or but if that this these is are am was be been have has
        had do does not no you your we our us i my me it its can could will would how when where what who please
        thank thanks hello hi good morning today tomorrow about there here so just let know open shop colleague""",
    "es": """el la los las un una de del al a en con por para y o pero si que no es son estamos está ha hemos puede
        podemos usted su sus tu te nos se me esto esta como cuando donde gracias hola buenos buenas días hoy mañana
        también más tienda abierto abiertos compañero nuestro nuestra qué cómo cuál por favor ayudarle ayudarte""",
    "fr": """le la les un une des de du au aux à en dans avec pour par sur et ou mais si que qui ne pas est sont
        sommes a avons peut pouvons vous votre vos nous notre nos je il elle ce cette comment quand où merci
        bonjour bonsoir aujourd'hui demain aussi plus magasin ouvert ouverts collègue oui quel quelle c'est d'un
        l'équipe""",
    "de": """der die das den dem des ein eine einen einem einer und oder aber wenn dass nicht kein keine ist sind
        haben hat kann können wir uns unser unsere sie ihr ihre ihnen ich mir mich es zu zum zur von vom mit für
        auf in im an am bei aus wie wann wo was danke bitte hallo guten heute morgen auch geschäft geöffnet
        kollege""",
    "pt": """o a os as um uma de do da dos das ao em no na nos nas com por para e ou mas se que não é são estamos
        está tem temos pode podemos você seu sua te nos me isto esta como quando onde obrigado obrigada olá bom boa
        dia hoje amanhã também mais loja aberto abertos colega nosso nossa qual por favor ajudar""",
}
_SETS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_WEIGHT = {word: 1 / sum(word in words for words in _SETS.values()) for words in _SETS.values() for word in words}
MIN_SCORE = 1.0


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language; None when it has too few words to tell."""
    words = re.findall(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?", text.lower())
    scores = {code: sum(_WEIGHT[word] for word in words if word in _SETS[code]) for code in LANGUAGES}
    best, second = sorted(scores, key=lambda code: -scores[code])[:2]
    return best if scores[best] >= MIN_SCORE and scores[best] > scores[second] else None
