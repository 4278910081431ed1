"""The model's Markdown as WhatsApp formatting."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.process.turn import markdown as formatting
from functions.process.turn.markdown import whatsapp_text

URLS = ["https://x.it/a_b_c?d=1&e=è#f", "http://y.it/__init__/*a*~~b~~", "https://z.it/(a)/b-c", "www.w.it/a_b"]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**forte** e __forte__", "*forte* e *forte*"),
        ("*corsivo* e _corsivo_", "_corsivo_ e _corsivo_"),
        ("***insieme***", "_*insieme*_"),
        ("**forte con *corsivo* dentro**", "*forte con _corsivo_ dentro*"),
        ("~~vecchio~~ 10 €", "~vecchio~ 10 €"),
        ("premi `Invio`", "premi `Invio`"),
        ("**due\nrighe**", "*due*\n*righe*"),
        ("**Nota:** testo", "*Nota:* testo"),
        ("**Prezzo:**testo", "*Prezzo:* testo"),
        ("il**«Prezzo»**del", "il *«Prezzo»* del"),
        ("これは**「重点」**です", "これは *「重点」* です"),
        ("**«Да»**и **(нет)**", "*«Да»* и *(нет)*"),
        ("x ** y ** z", "x ** y ** z"),
        ("Öffnungs**zeiten**", "Öffnungszeiten"),
        ("**!!**", "!!"),
    ],
)
def test_whatsapp_text_span_takes_whatsapps_signs(markdown, expected):
    assert whatsapp_text(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Orari\nAperti", "*Orari*\nAperti"),
        ("### **Orari** d'*estate* ###\n\nAperti", "*Orari d'_estate_*\n\nAperti"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("a\n---\nb", "a\n\nb"),
        ("a  \nb\\\nc\nd<br>e", "a\nb\nc\nd\ne"),
        ("a\n\n\n\n\nb\n \n \nc", "a\n\nb\n\nc"),
        ("> uno\n> due\n\ntre", "> uno\n> due\n\ntre"),
        ("> uno\n>\n> > due", "> uno\n\n> > due"),
        ("```python\nprint('*a*')\n  x = 1\n```\nfine", "```print('*a*')\n  x = 1```\nfine"),
        ("~~~\ncodice\n~~~", "```codice```"),
        ("```\n```", "```\n```"),
    ],
)
def test_whatsapp_text_block_becomes_plain_lines(markdown, expected):
    assert whatsapp_text(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Ecco:\n* a\n* **b**", "Ecco:\n- a\n- *b*"),
        ("3. tre\n4. quattro\n7) sette", "3. tre\n4. quattro\n7) sette"),
        ("1. uno\n   - a\n     - b\n2. due", "1. uno\n  - a\n    - b\n2. due"),
        ("- a\n\n- b\n\n  ancora\n- c", "- a\n\n- b\n\nancora\n- c"),
        ("1. **Titolo**\n   testo", "1. *Titolo*\ntesto"),
        ("- [ ] da fare\n- [x] fatto", "- [ ] da fare\n- [x] fatto"),
    ],
)
def test_whatsapp_text_list_keeps_its_numbers_and_levels(markdown, expected):
    assert whatsapp_text(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[Sito](https://x.it/a_b?c=1&d=è)", "Sito: https://x.it/a_b?c=1&d=è"),
        ("[https://x.it](https://x.it)", "https://x.it"),
        ("[x.it](https://www.x.it/)", "https://www.x.it/"),
        ("<https://x.it/a*b*>", "https://x.it/a*b*"),
        ("[info@x.it](mailto:info@x.it) <vendite@x.it>", "info@x.it vendite@x.it"),
        ("[scrivici](mailto:info@x.it?subject=ciao)", "scrivici: info@x.it"),
        ("[+39 02 12 34](tel:+39021234)", "+39 02 12 34"),
        ("[chiama](tel:+39021234)", "chiama: +39021234"),
        ('[Sito](https://x.it "La bottega")', "Sito (La bottega): https://x.it"),
        ("![Foto](https://x.it/a.png) ![](https://x.it/b.png)", "Foto: https://x.it/a.png https://x.it/b.png"),
        ("**[Sito](https://x.it)** e **https://y.it**", "*Sito:* https://x.it e https://y.it"),
        ("*scrivi a info@x.it*", "_scrivi a_ info@x.it"),
        ("([qui](https://x.it)).", "(qui: https://x.it)."),
        ("[qui](https://x.it)e[qua](https://y.it)", "qui: https://x.it equa: https://y.it"),
        ("[[1]](https://x.it)", "[1]: https://x.it"),
        ("[vai](javascript:alert)", "[vai](javascript:alert)"),
        ("[a]\n\n[a]: https://x.it", "[a]\n\n[a]: https://x.it"),
    ],
)
def test_whatsapp_text_link_names_its_address_once(markdown, expected):
    assert whatsapp_text(markdown) == expected


def test_whatsapp_text_table_becomes_lines():
    two = "| Giorno | **Orario** |\n|---|---|\n| lunedì | 9-18 |\n| festivi | |"
    assert whatsapp_text(two) == "*Giorno | Orario*\nlunedì | 9-18\nfestivi"
    three = "Ecco:\n\n| Giorno | Mattina | Sera |\n|--|--|--|\n| lun | 9-13 | 15-19 |\n| sab | 9-12 | | extra |"
    assert whatsapp_text(three) == (
        "Ecco:\n\nGiorno: lun\n- Mattina: 9-13\n- Sera: 15-19\n\nGiorno: sab\n- Mattina: 9-12\n- Sera: extra"
    )
    assert whatsapp_text("| a | b |\n|--|--|\n| x<br>y | 1 |") == "*a | b*\nx, y | 1"


@pytest.mark.parametrize(
    "text",
    [
        "Ciao! Siamo aperti dalle 9 alle 18 😀👨‍👩‍👧",
        "snake_case e _file_ e nome_file_lungo.txt",
        "5*3*2 = 30, 5 * 3 * 2, 2**3**4",
        "costa ~20 €, cioè ~~ 20",
        "~sconto~ e _nota_",
        "1) uno\n2) due",
        "1986. Un anno",
        "+ 5 € di spedizione",
        "+39 333 123 4567",
        "#promo < 3 > 2 & via",
        "(*) salvo esaurimento (*)",
        "Prezzo* 10 €\n(*iva esclusa)",
        "Totale\n====",
        "uno | due",
        "---",
        "https://x.it/__a__/*b*/~~c~~",
        "```ciao\na te```",
        "<b>ciao</b> <!-- nota -->",
        "[ ] [x] [[y]]",
        "uno\n\n" + ">" * 200 + " fondo",
        "[" * 5000 + " **fondo**",
    ],
)
def test_whatsapp_text_plain_text_comes_through_unchanged(text):
    assert whatsapp_text(text) == text.strip()


def test_whatsapp_text_decodes_escapes_and_entities():
    assert whatsapp_text(r"\*ciao\* a &amp; b &lt;c&gt; 3 \> 2") == "*ciao* a & b <c> 3 > 2"


class BrokenParser:
    def parse(self, text: str) -> None:
        raise RecursionError


def test_whatsapp_text_that_the_parser_stumbles_over_comes_back_as_it_is(monkeypatch):
    monkeypatch.setattr(formatting, "_PARSER", BrokenParser())
    assert whatsapp_text(" **ciao**\r\n") == "**ciao**"


def test_whatsapp_text_takes_an_indented_line_as_text():
    assert whatsapp_text("ciao\n\n    **Mario**") == "ciao\n\n*Mario*"


SIGNS = [*'*_`[]()!|<>&"\\', "**", "__", "~~", "```", "](", "---", "|--|--|", "<br>", "&amp;"]
SPACES = [" ", "\n", "\n\n", "\n> ", "\n# ", "\n1. ", "\n- ", "\n  - ", "\n    ", "\n| ", " | "]
WORDS = st.integers(0, 30).map("Parola{:02}x".format)
MARKDOWN = st.lists(st.sampled_from(SIGNS + SPACES) | WORDS | st.just(" "), max_size=60).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.text() | MARKDOWN)
@example("| Parola00x |\n|--|\n| Parola01x | Parola02x |")
def test_whatsapp_text_anything_never_raises_nor_comes_out_empty(text):
    result = whatsapp_text(text)
    assert bool(result) == bool(text.strip())
    assert result == result.strip()
    assert not re.search(r"\n[^\S\n]*\n[^\S\n]*\n", result)


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_whatsapp_text_anything_loses_no_word(text):
    result = whatsapp_text(text)
    assert set(re.findall(r"Parola\d\dx", text)) == set(re.findall(r"Parola\d\dx", result))


FRAMES = ["{}", "[Sito]({})", "**{}**", "[{0}]({0})", "- {}", "*vai a {}*", "![]({})", "_{}_"]
PLAIN = ["ciao", "a_b", "3", "20 €", "😀", "nome@x.it", "https://x.it/_a_", "(sì)", "perché?", "e/o", "- no", "B&B"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PLAIN), min_size=1), st.sampled_from([" ", ", ", ".\n", "\n\n"]))
def test_whatsapp_text_plain_words_come_through_unchanged(words, separator):
    assert whatsapp_text(separator.join(words)) == separator.join(words)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(URLS), min_size=1, max_size=4),
    st.lists(st.sampled_from(FRAMES)),
    st.sampled_from(["\n", "\n\n", " ", ", "]),
)
def test_whatsapp_text_addresses_stay_whole(urls, frames, separator):
    written = [frame.format(url) for frame, url in zip(frames, urls, strict=False)]
    whole = re.split(r"[\s,]+", whatsapp_text(separator.join(written)))
    assert all(url in whole for _, url in zip(frames, urls, strict=False))
