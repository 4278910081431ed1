"""How what was extracted joins what is known: corrections, former values, suggestions, withdrawals."""

import datetime as dt
from dataclasses import replace
from typing import Literal

import pytest

from functions.process.assistant.details import ContactDetails
from functions.process.assistant.extraction import MAX_UNHEARD, apply_details, still_unheard
from shared.model.attention import Attention
from shared.model.business import DEFAULT_FIELDS, CollectedField
from shared.model.contact import Contact, FormerAccount
from shared.model.email_address import normal_email
from shared.model.profile import missing, succeeding
from shared.model.profile_field import MAX_FORMER_VALUES, ProfileField
from tests.unit.said import NOW, said

BEFORE = NOW - dt.timedelta(days=1)


def contact(**profile: tuple[str, Literal["staff", "assistant"]]) -> Contact:
    entries = {
        name: ProfileField(value=value, source=source, updated_at=BEFORE)
        for name, (value, source) in profile.items()
    }
    return Contact(id="c", created_at=BEFORE, profile=entries)


def after(
    before: Contact, text: str, question: str = "", no_longer: tuple[str, ...] = (), **values: str
) -> Contact:
    details = ContactDetails(values=values, no_longer=no_longer)
    return apply_details(before, details, said(text, question=question), NOW)


def test_values_become_the_profile_with_where_they_come_from() -> None:
    text = "Sono Mario Rossi della Rossi SRL, mario@rossi.it"
    known = after(
        contact(), text, first_name="Mario", last_name="Rossi", company="Rossi SRL", email="mario@rossi.it"
    )
    assert {name: entry.value for name, entry in known.profile.items()} == {
        "first_name": "Mario",
        "last_name": "Rossi",
        "company": "Rossi SRL",
        "email": "mario@rossi.it",
    }
    entry = known.profile["first_name"]
    assert (entry.source, entry.message_id, entry.words, entry.updated_at) == ("assistant", "m0", text, NOW)
    assert missing(known, DEFAULT_FIELDS) == []


def test_nothing_found_changes_nothing() -> None:
    before = contact(first_name=("Mario", "assistant"))
    assert after(before, "ciao") == before


def test_value_that_did_not_earn_its_place_changes_nothing() -> None:
    before = contact(first_name=("Mario", "assistant"), email=("mario@rossi.it", "assistant"))
    assert after(before, "ok grazie mille", first_name="ok grazie", email="customer@example.com") == before


def test_value_repeated_keeps_the_time_it_was_first_said() -> None:
    before = contact(last_name=("De Luca", "assistant"))
    assert after(before, "sono mario deluca", last_name="Deluca") == before


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Scusi, ho sbagliato: Rosi", ""),
        ("il cognome è Rosi", ""),
        ("mi chiamo Mario Rosi", ""),
        ("Rosi, non Rossi", ""),
        ("Rosi", "Mi conferma il cognome?"),
        ("sorry, it's Rosi", ""),
    ],
)
def test_known_value_is_corrected_and_stays_visible(text: str, question: str) -> None:
    entry = after(contact(last_name=("Rossi", "assistant")), text, question, last_name="Rosi").profile["last_name"]
    assert entry.value == "Rosi"
    assert [(each.value, each.source, each.since, each.until) for each in entry.former] == [
        ("Rossi", "assistant", BEFORE, NOW)
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("b@rossi.it", "b@rossi.it"),
        ("scrivetemi a b@rossi.it", "b@rossi.it"),
        ("la nuova mail è b@rossi.it", "b@rossi.it"),
        ("ho mandato tutto da b@rossi.it", "a@rossi.it"),
    ],
)
def test_known_address_gives_way_to_one_that_is_given(text: str, value: str) -> None:
    assert after(contact(email=("a@rossi.it", "assistant")), text, email="b@rossi.it").known("email") == value


def test_another_accounts_value_gives_way_to_what_the_present_one_says() -> None:
    former = FormerAccount(ids=["old"], until=NOW - dt.timedelta(hours=1))
    before = replace(contact(first_name=("Anna", "assistant")), former_accounts=[former])
    entry = after(before, "Grazie, Mario", first_name="Mario").profile["first_name"]
    assert (entry.value, [each.value for each in entry.former]) == ("Mario", ["Anna"])


@pytest.mark.parametrize("text", ["Domani passa Rosi a ritirare", "Rosi"])
def test_known_value_is_not_replaced_by_what_is_only_mentioned(text: str) -> None:
    before = contact(last_name=("Rossi", "assistant"))
    assert after(before, text, last_name="Rosi") == before


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Scusi, avete borse Gucci?", {"company": "Gucci"}),
        ("Scusi, Gucci?", {"company": "Gucci"}),
        ("avete la nuova borsa Gucci", {"company": "Gucci"}),
        ("Adesso chiedo a mio marito, mi manda Luca Neri", {"first_name": "Luca", "last_name": "Neri"}),
        ("Adesso mi manda Luca Neri", {"first_name": "Luca", "last_name": "Neri"}),
        ("Ho sbagliato taglia, mi manda Luca Neri", {"first_name": "Luca", "last_name": "Neri"}),
    ],
)
def test_word_of_correction_elsewhere_replaces_nothing(text: str, values: dict[str, str]) -> None:
    before = contact(
        first_name=("Anna", "assistant"), last_name=("Rossi", "assistant"), company=("Acme", "assistant")
    )
    assert after(before, text, "", (), **values) == before


OWN = (
    CollectedField(name="giorno", label="Data", type="date"),
    CollectedField(name="persone", label="Persone", type="number"),
    CollectedField(name="taglia", label="Taglia", type="choice", choices=["Media", "Grande"]),
    CollectedField(name="residenza", label="Dove abita"),
)
KNOWN = {"giorno": "2026-12-05", "persone": "4", "taglia": "Media", "residenza": "Milano"}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("meglio il 6 dicembre", "giorno", "2026-12-06"),
        ("non il 5 dicembre, il 6 dicembre", "giorno", "2026-12-06"),
        ("non il 5 dicembre, il 6", "giorno", "2026-12-06"),
        ("Scusi, il 6 dicembre", "giorno", "2026-12-06"),
        ("facciamo in 6", "persone", "6"),
        ("non siamo in 4, siamo in 6", "persone", "6"),
        ("meglio la grande", "taglia", "Grande"),
        ("mi sono trasferito a Roma", "residenza", "Roma"),
    ],
)
def test_known_date_number_choice_or_place_is_corrected(text: str, name: str, value: str) -> None:
    assert own_after(text, {name: value}).known(name) == value


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("il 6 dicembre siete aperti?", "giorno", "2026-12-06"),
        ("avete anche la grande?", "taglia", "Grande"),
        ("6 bottiglie costano meno?", "persone", "6"),
        ("spedite a Roma?", "residenza", "Roma"),
    ],
)
def test_known_date_number_choice_or_place_that_is_only_mentioned_stays(text: str, name: str, value: str) -> None:
    assert own_after(text, {name: value}).known(name) == KNOWN[name]


def own_after(text: str, values: dict[str, str]) -> Contact:
    before = contact(**{name: (value, "assistant") for name, value in KNOWN.items()})
    return apply_details(before, ContactDetails(values=values), said(text, fields=OWN), NOW)


def test_former_values_are_bounded_and_each_once() -> None:
    entry = ProfileField(value="v0", source="assistant", updated_at=BEFORE)
    for number in range(1, 20):
        entry = succeeding(ProfileField(value=f"v{number % 9}", source="assistant", updated_at=NOW), entry)
    values = [each.value for each in entry.former]
    assert len(values) == MAX_FORMER_VALUES == len(set(values))
    assert entry.value not in values


def test_staff_value_is_never_replaced_but_a_suggestion_stands_beside_it() -> None:
    before = contact(company=("Alt SRL", "staff"))
    known = after(before, "Ora lavoro per la Neu SRL", company="Neu SRL").profile["company"]
    assert (known.value, known.source) == ("Alt SRL", "staff")
    assert known.suggestion is not None
    assert (known.suggestion.value, known.suggestion.message_id) == ("Neu SRL", "m0")
    assert known.suggestion.words == "Ora lavoro per la Neu SRL"


def test_same_suggestion_again_changes_nothing() -> None:
    before = after(contact(company=("Alt SRL", "staff")), "lavoro per la Neu SRL", company="Neu SRL")
    assert after(before, "lavoro per la Neu SRL", company="Neu SRL") == before


@pytest.mark.parametrize(
    ("text", "no_longer", "left"),
    [
        ("cancellate la mia mail", ("email",), ["company"]),
        ("please delete my e-mail", ("email",), ["company"]),
        ("Non sono più della Metalsud", ("company",), ["email"]),
        ("Non sono più della Metalsud", (), ["email"]),  # the model may miss it
        ("a che ora aprite?", ("email", "company"), ["email", "company"]),  # or make it up
        ("Non ho capito il prezzo, quanto costa?", ("email", "company"), ["email", "company"]),
        ("Non ho ricevuto la mail, cancellate l'ordine", ("email",), ["email", "company"]),
        ("I did not get your email", ("email",), ["email", "company"]),
        ("non ho più quella mail", ("email",), ["company"]),
        ("I'm no longer at Metalsud", ("company",), ["email"]),
        ("ich bin nicht mehr bei Metalsud", ("company",), ["email"]),
        ("Non lavoro più in Metalsud", ("company",), ["email"]),
        ("cancellate tutti i miei dati", ("email", "company"), []),
    ],
)
def test_what_the_customer_withdraws_is_cleared(text: str, no_longer: tuple[str, ...], left: list[str]) -> None:
    before = contact(email=("a@metal.it", "assistant"), company=("Metalsud", "assistant"))
    cleared = after(before, text, no_longer=no_longer)
    assert sorted(name for name in before.profile if cleared.known(name)) == sorted(left)


def test_firm_is_taken_back_without_its_legal_form() -> None:
    cleared = after(contact(company=("Acme srl", "assistant")), "Non lavoro più in Acme", no_longer=("company",))
    assert cleared.known("company") is None


def test_what_is_true_no_more_stays_visible_as_a_former_value() -> None:
    cleared = after(contact(email=("a@metal.it", "assistant")), "non ho più quella mail", no_longer=("email",))
    assert (cleared.known("email"), "email" in missing(cleared, DEFAULT_FIELDS)) == (None, True)
    assert [(each.value, each.until) for each in cleared.profile["email"].former] == [("a@metal.it", NOW)]
    assert after(cleared, "non ho più quella mail", no_longer=("email",)) == cleared
    entry = after(cleared, "b@metal.it", email="b@metal.it").profile["email"]
    assert (entry.value, [each.value for each in entry.former]) == ("b@metal.it", ["a@metal.it"])


DELETED = [
    "cancella la mia email",
    "Per favore, tolga la mia mail dai vostri dati",
    "please delete my e-mail address",
    "Löschen Sie bitte meine E-Mail",
    "supprimez mon adresse e-mail",
    "borre mi correo, por favor",
    "apague o meu e-mail",
]


@pytest.mark.parametrize("text", DELETED)
def test_what_the_customer_wants_deleted_leaves_no_trace_with_its_former_values(text: str) -> None:
    before = after(contact(email=("a@metal.it", "assistant")), "b@metal.it", "La sua e-mail?", email="b@metal.it")
    assert [each.value for each in before.profile["email"].former] == ["a@metal.it"]
    deleted = after(before, text, no_longer=("email",))
    assert deleted.profile["email"] == ProfileField(value="", source="assistant", updated_at=NOW)
    assert deleted.attention is None
    again = after(replace(before, profile=deleted.profile), text, no_longer=("email",))
    assert again.profile == deleted.profile


def test_former_values_are_deleted_where_no_value_is_left() -> None:
    cleared = after(contact(email=("a@metal.it", "assistant")), "non ho più quella mail", no_longer=("email",))
    deleted = after(cleared, "cancella la mia email", no_longer=("email",))
    assert deleted.profile["email"].former == []


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Il mio nome adesso è Rosa", "first_name", "Rosa"),
        ("my name is now Rosa", "first_name", "Rosa"),
        ("mein Name ist jetzt Rosa", "first_name", "Rosa"),
        ("je m'appelle Rosa maintenant", "first_name", "Rosa"),
        ("ahora me llamo Rosa", "first_name", "Rosa"),
        ("agora chamo-me Rosa", "first_name", "Rosa"),
        ("la mia e-mail ora è rosa@metal.it", "email", "rosa@metal.it"),
        ("my e-mail is now rosa@metal.it", "email", "rosa@metal.it"),
        ("Meine E-Mail ist jetzt rosa@metal.it", "email", "rosa@metal.it"),
        ("mi correo ahora es rosa@metal.it", "email", "rosa@metal.it"),
    ],
)
def test_correction_in_plain_words_replaces_the_value(text: str, name: str, value: str) -> None:
    before = contact(first_name=("Mario", "assistant"), email=("mario@metal.it", "assistant"))
    corrected = apply_details(before, ContactDetails(values={name: value}), said(text), NOW)
    assert corrected.known(name) == value


def test_what_staff_typed_in_they_are_asked_to_delete() -> None:
    before = contact(email=("a@metal.it", "staff"))
    asked = after(before, "cancellate la mia mail", no_longer=("email",))
    assert asked.profile == before.profile
    assert asked.attention == Attention(reason="privacy_request", at=NOW, summary="cancellate la mia mail")
    assert after(before, "a che ora aprite?", no_longer=("email",)) == before  # a model that makes it up


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("cancellate tutti i miei dati", True),
        ("Delete everything you have on me", True),
        ("Löschen Sie alle meine Daten", True),
        ("cancellate il mio ordine", False),
        ("vi mando i miei dati per la fattura", False),
    ],
)
def test_staff_are_asked_when_everything_is_to_be_deleted(text: str, is_asked: bool) -> None:
    reason = "privacy_request" if is_asked else None
    asked = after(contact(), text)
    assert (asked.attention.reason if asked.attention else None) == reason


def test_nothing_is_taken_in_of_a_customer_who_said_stop() -> None:
    before = replace(contact(), opted_out=True)
    assert after(before, "Sono Mario Rossi", first_name="Mario", last_name="Rossi") == before


def test_language_not_said_keeps_the_one_known() -> None:
    assert after(replace(contact(), language="de"), "ok").language == "de"


def test_wish_for_a_person_asks_for_attention() -> None:
    known = apply_details(contact(), ContactDetails(values={}, wants_human=True), said("vorrei una persona"), NOW)
    assert known.attention is not None
    assert known.attention.reason == "asked_for_human"


def test_messages_that_were_read_are_unheard_no_more() -> None:
    before = still_unheard(contact(), ["m0", "m1", "m0"])
    assert before.unheard == ["m0", "m1"]
    assert after(before, "ciao").unheard == ["m1"]
    assert len(still_unheard(before, [f"n{number}" for number in range(99)]).unheard) == MAX_UNHEARD


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("mario@rossi.it", "mario@rossi.it"),
        ("Mario@ROSSI.it", "Mario@rossi.it"),
        ("mario@", None),
        ("@rossi.it", None),
        ("mario rossi.it", None),
        ("mario@rossi", None),
        ("a@b.it, c@d.it", None),
    ],
)
def test_normal_email_is_an_address_or_none(written: str, normal: str | None) -> None:
    assert normal_email(written) == normal


def test_language_that_staff_chose_stays() -> None:
    chosen = replace(contact(), language="it", language_by_staff=True)
    found = ContactDetails(values={}, language="en")
    assert apply_details(chosen, found, said("Hello"), NOW).language == "it"
    assert apply_details(replace(chosen, language_by_staff=False), found, said("Hello"), NOW).language == "en"
