"""Facts in an answer that stand neither in what the business says nor in what the customer wrote."""

import time

import pytest

from functions.process.turn.unsupported import unsupported_facts

TOLD = [
    "Ferramenta Bianchi, via Roma 5, tel. 06 1234 5678, info@bianchi.it, https://www.bianchi.it/listino. "
    "Copia chiavi 3 euro, trapano 1.250,00 €. IBAN IT60 X054 2811 1010 0000 0123 456. Orari 9.00-13.00."
]


@pytest.mark.parametrize(
    "answer",
    [
        "Scriva a INFO@bianchi.it. Grazie",
        "Guardi www.bianchi.it/listino/, grazie.",
        "Ci chiami allo +39 06 12345678.",
        "Costa € 3,00; il trapano 1250 euro.",
        "L'IBAN è IT60X0542811101000000123456.",
        "Sabato 28/11/2026 dalle 9.00-13.00, 2026-11-28 alle 10:15.",
        "La posizione è la 12 di 40.",
        "",
    ],
)
def test_what_stands_in_the_texts_is_supported(answer):
    assert unsupported_facts(answer, TOLD) == []


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ("Scriva a vendite@bianchi.it.", ["email"]),
        ("Guardi bianchi-shop.com per favore", ["web"]),
        ("Guardi https://altro.example/x", ["web"]),
        ("Ci chiami allo 333 1234567 o 02/9876543.", ["number"]),
        ("Costa 4,50 €.", ["price"]),
        ("Costa € 1.300.", ["price"]),
        ("L'IBAN è DE89 3704 0044 0532 0130 00.", ["iban"]),
        ("a@b.it costa 7 euro", ["email", "price"]),
    ],
)
def test_what_nobody_told_is_named_by_kind(answer, kinds):
    assert unsupported_facts(answer, TOLD) == kinds


@pytest.mark.parametrize(
    ("answer", "told", "besides", "kinds"),
    [
        ("Costa 13 €.", ["Orari 9-13, Via Roma 12"], [], ["price"]),
        ("Costa 12 €.", ["Orari 9-13, Via Roma 12"], [], ["price"]),
        ("Costa 12 €.", ["Orari dalle 9 alle 12, tel. 0612345612"], [], ["price"]),
        ("Costa 13 €.", [], ['"monday": ["09:00-13:00"], "address": "Piazza Dante 13"'], ["price"]),
        ("Costa 13 €.", [], ["In Piazza Dante 13 la copia costa 13 euro"], []),
        ("Costa 13 €.", ["Menu 13, coperto 2"], [], []),
        ("Costa 45 €.", ["Corso di cucina 45"], [], []),
        ("Costa € 6,50.", ["Margherita 6.50\nMarinara 5"], [], []),
        ("Da 10 € in su.", ["Costa 10-15 euro"], [], []),
    ],
)
def test_number_is_a_price_only_where_it_can_be_one(answer, told, besides, kinds):
    assert unsupported_facts(answer, told, besides) == kinds


@pytest.mark.parametrize("unit", ["1", "1.", "1,", "1'", "12.30 ", "A1", "Via Aa ", "a.", "€1"])
def test_long_rows_of_digits_and_signs_in_a_file_take_no_time(unit):
    began = time.process_time()

    unsupported_facts("Costa 5 €, chiami 333 1234567.", [unit * (80_000 // len(unit))])

    assert time.process_time() - began < 2
