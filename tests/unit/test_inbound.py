"""Every kind of message a customer can send, parsed into one type."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.process.assistant.kept_text import GAP, MAX_CHARACTERS, kept_text
from functions.process.inbox.inbound import InboundMessage, parse_message
from functions.process.inbox.times import parse_time
from shared.errors import BadRequestError

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
SENT = 1_790_000_000
SENDER = {"id": "wamid.1", "from": "393331234567", "timestamp": str(SENT)}


def parse(kind: str | None = "text", contact: dict[str, Any] | None = None, **parts: Any) -> InboundMessage:
    return parse_message({**SENDER, "type": kind, **parts}, contact, NOW)


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("text", {"body": " Ciao è 😀\n"}, "Ciao è 😀"),
        ("button", {"text": "Sì", "payload": "YES"}, "Sì"),
        ("button", {"payload": "YES"}, "YES"),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Domani"}}, "Domani"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "1", "title": "Olio"}}, "Olio"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "olio-5l"}}, "olio-5l"),
        ("interactive", {"type": "nfm_reply", "nfm_reply": {"body": "Inviato", "response_json": "{}"}}, "Inviato"),
        ("image", {"id": "1", "caption": "la ricevuta"}, "la ricevuta"),
        ("image", {"id": "1"}, ""),
        ("document", {"id": "1", "filename": "listino.pdf"}, ""),
        ("document", {"id": "1", "filename": "listino.pdf", "caption": "prezzi"}, "prezzi"),
        ("location", {"latitude": 45.46, "longitude": 9.19}, "45.46, 9.19"),
        (
            "location",
            {"name": "Duomo", "address": "Milano", "latitude": 1, "longitude": 2},
            "Duomo, Milano, 1.0, 2.0",
        ),
        ("location", {"name": "Duomo", "latitude": "nowhere"}, "Duomo"),
        ("contacts", [{"name": {"formatted_name": "Anna"}}, {"name": {"formatted_name": "Ugo"}}], "Anna\nUgo"),
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "👍"),
        ("reaction", {"message_id": "wamid.0"}, ""),
        ("system", {"body": "cambiato numero", "type": "user_changed_number"}, "cambiato numero"),
        ("sticker", {"id": "1", "animated": False}, ""),
        ("hologram", {"body": "new since yesterday"}, "new since yesterday"),
        ("hologram", 7, ""),
    ],
)
def test_parse_message_of_each_kind_says_it_in_words(kind, content, text):
    found = parse(kind, **{kind: content})
    assert (found.kind, found.text) == (kind, text)
    assert json.loads(found.payload)[kind] == content


@pytest.mark.parametrize("said", [r'{"nome": "An\ud83dna"}', r'{"no\udc00me": "Anna"}', r'{"nome": ["\ud83d"]}'])
def test_a_form_with_half_a_surrogate_pair_can_be_stored(said):
    found = parse("interactive", interactive={"type": "nfm_reply", "nfm_reply": {"response_json": said}})

    assert "?" in found.text.encode().decode()  # Firestore refuses what UTF-8 cannot write


@pytest.mark.parametrize("kind", ["reaction", "system", "edit", "revoke"])
def test_parse_message_that_asks_for_nothing_wants_no_answer(kind):
    assert not parse(kind).wants_answer


@pytest.mark.parametrize("kind", ["text", "image", "audio", "order", "unsupported", "hologram"])
def test_parse_message_that_asks_for_something_wants_an_answer(kind):
    assert parse(kind).wants_answer


@pytest.mark.parametrize("kind", [None, "", 7.5, [], {}])
def test_parse_message_without_a_kind_is_unsupported(kind):
    assert parse(kind).kind == "unsupported"


def test_parse_message_with_its_contact_knows_the_sender():
    profile = {"name": "Mario", "username": "mario.rossi"}
    found = parse(contact={"wa_id": "393331234567", "user_id": "IT.1349", "profile": profile})
    assert found.whatsapp_name == "Mario"
    assert found.username == "mario.rossi"
    assert found.sender == [("phone", "+393331234567"), ("user_id", "IT.1349")]


@pytest.mark.parametrize(
    ("sender", "contact"),
    [
        ({"from": "IT.1349"}, None),
        ({"from_user_id": "IT.1349"}, None),
        ({}, {"user_id": "IT.1349", "profile": {"username": "mario"}}),
        ({"from": "", "from_user_id": "IT.1349"}, {}),
    ],
)
def test_parse_message_without_a_phone_goes_by_user_id(sender, contact):
    found = parse_message({"id": "wamid.1", "type": "text", **sender}, contact, NOW)
    assert found.sender == [("user_id", "IT.1349")]


@pytest.mark.parametrize("user_id", ["US.1349aZ", "US.ENT.1349aZ", "IT." + "9" * 128])
def test_parse_message_user_id_in_metas_pattern_is_one(user_id):
    assert parse_message({"id": "1", "from": user_id}, None, NOW).sender == [("user_id", user_id)]


@pytest.mark.parametrize("user_id", ["us.1349", "USA.1", "US.", "US.1-2", "US.ENT.", "US." + "9" * 129])
def test_parse_message_user_id_of_another_form_is_none(user_id):
    with pytest.raises(BadRequestError):
        parse_message({"id": "1", "from": user_id}, None, NOW)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"id": "1"},
        {"from": "393331234567"},
        {"id": "", "from": "39333"},
        {"id": [], "from": "39333"},
        {"id": "1", "from": {}},
    ],
)
def test_parse_message_without_id_or_sender_is_refused(message):
    with pytest.raises(BadRequestError):
        parse_message(message, None, NOW)


def test_parse_message_id_and_sender_as_numbers_are_taken():
    found = parse_message({"id": 7, "from": 393331234567}, None, NOW)
    assert (found.whatsapp_id, found.sender) == ("7", [("phone", "+393331234567")])


def test_parse_message_huge_text_and_kind_are_cut():
    found = parse_message({**SENDER, "type": "k" * 99, "k" * 99: {"body": "x" * 50_000}}, None, NOW)
    assert len(found.text) == MAX_CHARACTERS
    assert found.kind == "k" * 40


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text", lambda text: {"body": text}),
        ("image", lambda text: {"id": "1", "caption": text}),
        ("edit", lambda text: {"original_message_id": "w", "message": {"type": "text", "text": {"body": text}}}),
    ],
)
def test_parse_message_long_text_keeps_its_end_and_says_how_much_is_missing(kind, content):
    text = "".join(f"word{number} " for number in range(5_000)) + "please call me"
    found = parse(kind, **{kind: content(text)})
    beginning, end = found.text.split(GAP)
    assert text.startswith(beginning) and text.endswith(end) and end.endswith("please call me")
    assert len(beginning) + len(end) + found.cut == len(text)
    assert len(found.text) == MAX_CHARACTERS


@pytest.mark.parametrize(("length", "cut"), [(0, 0), (MAX_CHARACTERS, 0), (MAX_CHARACTERS + 1, 1 + len(GAP))])
def test_kept_text_is_cut_only_when_too_long(length, cut):
    kept, missing = kept_text("x" * length)
    assert (len(kept), missing) == (min(length, MAX_CHARACTERS), cut)


@pytest.mark.parametrize("stamp", [str(SENT), SENT, float(SENT), str(SENT * 1000), SENT * 1000, f" {SENT} "])
def test_parse_time_in_seconds_or_milliseconds_is_read(stamp):
    assert parse_time(stamp, NOW) == dt.datetime.fromtimestamp(SENT, dt.UTC)


@pytest.mark.parametrize(
    "stamp", [None, "", "yesterday", [], {}, "nan", "inf", "-inf", 10**400, "9" * 30, -(10**18), "1893456000"]
)
def test_parse_time_unreadable_or_in_the_future_is_now(stamp):
    assert parse_time(stamp, NOW) == NOW


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)
KINDS = st.sampled_from(
    ["text", "button", "interactive", "location", "contacts", "reaction", "image", "order", "x"]
)


@settings(max_examples=200, deadline=None)
@given(kind=KINDS, content=JSON, stamp=JSON, contact=st.none() | st.dictionaries(st.text(max_size=8), JSON))
def test_parse_message_of_any_content_gives_a_message(kind, content, stamp, contact):
    found = parse_message({**SENDER, "type": kind, kind: content, "timestamp": stamp}, contact, NOW)
    assert ("phone", "+393331234567") in found.sender
    assert found.at <= NOW


@settings(max_examples=200, deadline=None)
@given(
    message=st.fixed_dictionaries(
        {}, optional={name: JSON for name in ("id", "from", "type", "from_user_id", "timestamp")}
    )
)
def test_parse_message_of_any_fields_gives_a_message_or_a_clear_error(message):
    try:
        found = parse_message(message, None, NOW)
    except BadRequestError:
        return
    assert found.whatsapp_id
    assert found.sender


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"headline": "Sconto", "source_type": "ad", "welcome_message": {"text": "?"}}, ("Sconto", None, "ad")),
        ({"headline": [["in a list"]], "source_url": 2**70, "": "x", "__x__": {}}, (None, str(2**70), None)),
        ({"source_id": "1"}, (None, None, None)),
    ],
)
def test_parse_message_keeps_of_any_referral_what_can_be_shown(told, kept):
    found = parse("text", text={"body": "ciao"}, referral=told).referral
    assert found is not None
    assert (found.headline, found.source_url, found.source_type) == kept


@pytest.mark.parametrize("told", [None, "ad", [], 7, {}])
def test_parse_message_without_a_referral_has_none(told):
    assert parse("text", text={"body": "ciao"}, referral=told).referral is None
