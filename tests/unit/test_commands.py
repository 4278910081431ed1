"""What customers can command."""

import datetime as dt
from dataclasses import replace

import pytest

from functions.process.assistant.introduction import says_it_is_an_ai
from functions.process.turn.commands import COMMANDS, command_of, run_command
from shared.model.business import Business, BusinessSettings, Privacy
from shared.model.contact import Contact, Conversation
from shared.model.message import Direction, Message
from shared.model.profile_field import ProfileField
from shared.settings import LANGUAGES
from shared.texts import text

NOW = dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC)


def message(words: str, kind: str = "text", direction: Direction = "in") -> Message:
    return Message(
        id="m",
        contact_id="c",
        direction=direction,
        author="customer" if direction == "in" else "assistant",
        kind=kind,
        text=words,
        status="new",
        at=NOW,
    )


@pytest.fixture
def contact() -> Contact:
    name = ProfileField(value="Mario", source="assistant", updated_at=NOW)
    conversation = Conversation(id="conv", started_at=NOW)
    return Contact(
        id="c",
        created_at=NOW,
        phone="+393331234567",
        whatsapp_name="Mario\u202elino",
        profile={"first_name": name},
        conversation=conversation,
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("spelled", ["{}", " {} ", "{}\n"])
def test_command_of_a_command_is_it(command, spelled):
    assert command_of(message(spelled.format(command))) == command
    assert command_of(message(spelled.format(command.upper()))) == command


@pytest.mark.parametrize("words", ["", "reset", "/resetta", "/reset now", "please /reset", "/", "/start", "//help"])
def test_command_of_other_words_is_none(words):
    assert command_of(message(words)) is None


def test_command_of_what_is_forwarded_is_none():
    assert command_of(replace(message("/delete ok"), forwarded=True)) is None


def test_command_of_a_caption_is_none():
    assert command_of(message("/reset", kind="image")) is None


def test_reset_forgets_the_conversation_and_nothing_else(contact):
    reply = run_command("/reset", contact, [], "it")
    assert list(reply.parts) == [text("reset", "it")]
    after = reply.effect(contact)
    assert after.conversation is None
    assert after.profile == contact.profile


def test_history_lists_the_messages_with_who_and_which_day(contact):
    history = [message("ciao"), message("buongiorno " + "x" * 400, direction="out")]
    (shown,) = run_command("/history", contact, history, "it").parts
    title, first, second = shown.split("\n")
    assert title == text("history", "it")
    assert first == "22/11 10:05 Lei: ciao"
    assert second.startswith("22/11 10:05 Noi: buongiorno x")
    assert len(second) < 330


def test_history_leaves_out_what_was_revoked_and_what_nobody_said(contact):
    revoked = replace(message("il mio IBAN"), revoked_at=NOW)
    history = [message("ciao"), revoked, message("", kind="reaction"), message("changed number", kind="system")]
    (shown,) = run_command("/history", contact, history, "it").parts
    assert shown.split("\n") == [text("history", "it"), "22/11 10:05 Lei: ciao"]
    assert list(run_command("/history", contact, history[1:], "it").parts) == [text("history_empty", "it")]


def test_history_of_nothing_says_so(contact):
    assert list(run_command("/history", contact, [], "de").parts) == [text("history_empty", "de")]


def test_info_lists_what_is_known(contact):
    (shown,) = run_command("/info", contact, [], "it").parts
    assert shown.split("\n") == [
        text("info", "it"),
        "Nome: Mario",
        "Telefono: +39 333 123 4567",
        "Nome su WhatsApp: Mariolino",
        text("info_change", "it"),
    ]


def test_info_of_nobody_says_so():
    nobody = Contact(id="c", created_at=NOW)
    assert list(run_command("/info", nobody, [], "en").parts) == [text("info_empty", "en")]


def test_privacy_says_who_that_an_ai_answers_what_can_be_done_and_where_more_is_said(contact):
    settings = BusinessSettings(
        business=Business(name="Aurora srl"), privacy=Privacy(notice_url="https://aurora.example/p")
    )
    (shown,) = run_command("/privacy", contact, [], "it", settings).parts
    assert shown.startswith("Titolare del trattamento: Aurora srl\n") and says_it_is_an_ai(shown)
    assert (
        "messaggi 24, file 12" in shown
        and "/info" in shown
        and "STOP" in shown
        and shown.endswith(": https://aurora.example/p")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_privacy_of_a_business_that_set_nothing_still_says_that_an_ai_answers(contact, language):
    (shown,) = run_command("/privacy", contact, [], language).parts
    assert says_it_is_an_ai(shown) and "{" not in shown and "http" not in shown


@pytest.mark.parametrize("command", ["/help", "/info", "/privacy", "/history"])
def test_commands_that_only_tell_change_nothing(command, contact):
    reply = run_command(command, contact, [], "it")
    assert reply.effect(contact) == contact


def test_help_answers_in_the_language(contact):
    assert list(run_command("/help", contact, [], "fr").parts) == [text("help", "fr")]


def test_history_is_in_the_business_s_zone_and_form_of_address(contact):
    late = replace(message("ciao"), at=dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC))
    settings = BusinessSettings(business=Business(time_zone="Asia/Tokyo", address_form="tu"))
    (shown,) = run_command("/history", contact, [late], "it", settings).parts
    assert shown.split("\n")[1] == "23/11 08:30 Tu: ciao"


@pytest.mark.parametrize(("form", "words"), [("lei", "aiutarLa"), ("tu", "aiutarti")])
def test_commands_are_answered_in_the_business_s_form_of_address(contact, form, words):
    settings = BusinessSettings(business=Business(address_form=form))
    (said,) = run_command("/reset", contact, [], "it", settings).parts
    assert words in said
