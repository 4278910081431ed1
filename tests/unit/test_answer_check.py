"""What a model wrote: cleaned of what is not meant for the customer, or found to be no answer."""

import pytest

from functions.process.assistant.answer_check import cleaned, fault_of
from functions.process.assistant.business_part import RULES


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Siamo aperti. [[", "Siamo aperti."),
        ("Va bene domani?\n[[Sì]] [[N", "Va bene domani?\n[[Sì]]"),
        ("Va bene domani?\n[[Sì]] [[No]", "Va bene domani?\n[[Sì]]"),
        ("Ecco: **", "Ecco:"),
        ("**Ecco**", "**Ecco**"),
        ("<think>they ask for hours</think>\n\nDalle 9.", "Dalle 9."),
        ("they ask for hours</think>Dalle 9.", "Dalle 9."),
        ("<think>they ask for", ""),
        ("Dalle 9. <THINK>or is it 10", ""),
        ("assistant: Dalle 9.", "Dalle 9."),
        ("**Assistant:** assistente: Dalle 9.", "Dalle 9."),
        ("Il nostro assistente: Mario.", "Il nostro assistente: Mario."),
        ("```markdown\n**Dalle 9**\n```", "**Dalle 9**"),
        ("```\nDalle 9\n```", "Dalle 9"),
        ("```python\nprint(1)\n```", "```python\nprint(1)\n```"),
        ("Ecco:\n```\nx\n```", "Ecco:\n```\nx\n```"),
        ("Dalle 9【4:0†listino.pdf】.", "Dalle 9."),
        ("Dalle 9 \ue200filecite\ue202turn0file1\ue201.", "Dalle 9."),
        ("Il 【nuovo】 listino", "Il 【nuovo】 listino"),
        ("<|im_start|>assistant", ""),
        ("<|im_start|>assistant\nDalle 9.<|im_end|>", "Dalle 9."),
        ("<s>[/INST] Dalle 9.</s>", "Dalle 9."),
        ("AI: Dalle 9.", "Dalle 9."),
        ("**Bot**: Dalle 9.", "Dalle 9."),
        ("[Saturday 28 November 2026, 10:15] Dalle 9.", "Dalle 9."),
        ("Assistente: [Saturday 28 November 2026, 10:15] Dalle 9.", "Dalle 9."),
        ("[Saturday] Dalle 9.", "[Saturday] Dalle 9."),
        ("Dalle 9 (", "Dalle 9"),
        ("Dalle 9. Prezzo: **10", "Dalle 9. Prezzo:"),
        ("**Dalle 9 alle **13**", "**Dalle 9 alle **13**"),
        ("Arriva un collega.\n[[staff]", "Arriva un collega.\n[[staff]"),
        ("", ""),
    ],
)
def test_cleaned_leaves_what_the_customer_is_to_read(written, expected):
    assert cleaned(written) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        ("NoNoNoNoNoNo", "loop"),
        ("Certo. " + "Yes No " * 5, "loop"),
        ("Siamo aperti dalle nove. " * 5, "loop"),
        ("好的好的好的好的好的", "loop"),
        ('{"answer": "Dalle 9"}', "json"),
        ('["a"]', "json"),
        (RULES[-1], "instructions"),
        ("Ecco: " + " ".join(RULES[-1].split()[5:17]).upper(), "instructions"),
        (" ".join(RULES[-1].split()[:11]), None),
        ("Siamo aperti dalle nove. " * 4, None),
        ("Ahahahahahahah, hahahahaha!", None),
        ("Certoooooooooo!!!!!!!! ----------", None),
        ("Il numero è 00 00 00 00 00 00", None),
        ("lun 9-13, mar 9-13, mer 9-13, gio 9-13, ven 9-13, sab 9-13", None),
        ("[Domani] va bene", None),
        ("{nome}", None),
        ("[" * 5000, None),
        ('{"text": "Ciao"', "json"),
        ('Ecco: {"first_name":"Mario"}', "json"),
        ("User: Quando aprite?\nAssistant: Dalle 9.", "dialogue"),
        ("Dalle 9.\n**Cliente:** Grazie\n**Assistente:** Prego", "dialogue"),
        ("Cliente: Mario Rossi\nConsegna: domani", None),
        ("null", "empty"),
        ("None", "empty"),
        ("a" * 200, "loop"),
        ("Ciao " * 20, "loop"),
        ("Ciao ciao ciao ciao ciao!", None),
        ("No no no no no, non si preoccupi", None),
        ("10 pz " * 5, None),
        ("chiuso, " * 7, None),
        (
            "I'm the virtual assistant of Bottega on WhatsApp: an AI, not a person. I answer this business's "
            "customers about its products, services, prices, opening hours, appointments and orders.",
            None,
        ),
    ],
)
def test_fault_of_tells_what_is_no_answer(text, fault):
    assert fault_of(text, RULES) == fault


def test_facts_of_the_business_may_be_told_word_for_word():
    facts = "Ferramenta Bianchi, via Roma 5, sells screws, nails, hammers, saws and paint in every colour there is."
    assert fault_of(facts, RULES) is None
