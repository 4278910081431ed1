"""What two contacts that turn out to be one person become."""

import dataclasses
import datetime as dt
from dataclasses import replace
from typing import Any, Literal

import pytest

from functions.process.inbox.merge import merged, trace
from shared.model.attention import Attention
from shared.model.contact import AssistantNote, Contact, Conversation, FormerAccount, LastMessage, Rate
from shared.model.identifiers import Identifier
from shared.model.profile_field import ProfileField
from shared.model.usage import Usage

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


TAKEN = [Identifier("phone", "+39"), Identifier("user_id", "IT.1")]


def at(minute: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minute)


def contact(name: str, **fields: Any) -> Contact:
    return Contact(**{"id": name, "created_at": NOW, **fields})


def merge(winner: dict[str, Any], loser: dict[str, Any]) -> Contact:
    return merged(contact("winner", **winner), contact("loser", **loser), [], NOW)


def said(text: str, minute: float) -> dict[str, Any]:
    last = LastMessage(text=text, kind="text", direction="in", author="customer", at=at(minute))
    return {"last_message": last, "last_activity_at": at(minute)}


def entry(value: str, source: Literal["staff", "assistant"], minute: float) -> ProfileField:
    return ProfileField(value=value, source=source, updated_at=at(minute))


def test_merged_contact_keeps_its_id_and_age_and_takes_the_names_it_is_given():
    found = merged(contact("winner"), contact("loser", created_at=at(5)), TAKEN, NOW)
    assert (found.id, found.created_at, found.phone, found.user_id) == ("winner", NOW, "+39", "IT.1")


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        (entry("a", "staff", 0), entry("b", "assistant", 9), "a"),
        (entry("a", "assistant", 0), entry("b", "assistant", 9), "b"),
        (entry("a", "staff", 0), entry("b", "staff", 9), "b"),
        (entry("a", "assistant", 9), None, "a"),
        (None, entry("b", "assistant", 9), "b"),
    ],
)
def test_merged_profile_is_what_staff_said_then_what_is_newer(one, other, value):
    profiles = [{"company": field} if field else {} for field in (one, other)]
    for first, second in (profiles, profiles[::-1]):
        assert merge({"profile": first}, {"profile": second}).known("company") == value


@pytest.mark.parametrize(
    ("one", "other", "notes"), [("a", "b", "a\n\nb"), ("a", "", "a"), ("", "b", "b"), ("a", "a", "a")]
)
def test_merged_notes_are_both(one, other, notes):
    assert merge({"notes": one}, {"notes": other}).notes == notes


@pytest.mark.parametrize("flag", ["paused", "blocked", "opted_out"])
def test_merged_flags_hold_if_one_had_them(flag):
    assert [getattr(merge({flag: a}, {flag: b}), flag) for a in (True, False) for b in (True, False)] == [
        True,
        True,
        True,
        False,
    ]


def test_merged_inbox_shows_the_newer_and_counts_both():
    newer, older = {**said("new", 5), "unread": 2, "whatsapp_name": "N"}, {**said("old", 1), "unread": 1}
    for first, second in ((newer, older), (older, newer)):
        found = merge(first, second)
        assert found.last_message is not None and found.last_message.text == "new"
        assert (found.last_activity_at, found.unread, found.whatsapp_name) == (at(5), 3, "N")


def test_merged_with_one_that_never_wrote_keeps_what_there_is():
    found = merge({}, said("only", 1))
    assert found.last_message is not None and found.last_activity_at == at(1)


def test_merged_work_is_all_that_waits_each_once():
    older, newer = (
        {**said("a", 1), "pending": ["a", "x"], "context": ["c"]},
        {**said("b", 2), "pending": ["x", "b"]},
    )
    found = merge({**newer, "work_since": at(9)}, {**older, "work_since": at(3), "context": ["c", "d"]})
    assert (found.pending, found.context, found.work_since) == (["a", "x", "b"], ["c", "d"], at(3))
    assert merge({"work_since": at(1)}, {}).work_since is None
    assert merge({"pending": ["a"]}, {}).work_since == NOW


def test_merged_window_is_the_longer_and_attention_the_newer():
    early, late = Attention(reason="send_failed", at=at(1)), Attention(reason="turn_failed", at=at(2))
    found = merge({"window_closes_at": at(1), "attention": early}, {"window_closes_at": at(2), "attention": late})
    assert (found.window_closes_at, found.attention) == (at(2), late)
    assert merge({"attention": early}, {}).attention == early


@pytest.mark.parametrize(
    ("one", "other", "kept"), [("conv_1", "conv_2", "conv_1"), (None, "conv_2", "conv_2"), (None, None, None)]
)
def test_merged_conversation_is_to_be_begun_anew(one, other, kept):
    def talks(name: str | None) -> dict[str, Any]:
        return {"conversation": Conversation(id=name, started_at=NOW), "conversation_ids": [name]} if name else {}

    found = merge(talks(one), talks(other))
    assert (found.conversation.id if found.conversation else None) == kept
    assert found.conversation is None or found.conversation.outdated
    assert sorted(found.conversation_ids) == sorted(filter(None, (one, other)))


def test_merged_conversation_keeps_both_summaries_and_reads_on_where_the_shorter_ends():
    one = Conversation(id="conv_1", started_at=NOW, summary="one", summary_until=at(2))
    other = Conversation(id="conv_2", started_at=NOW, summary="other", summary_until=at(1))
    kept = merge({"conversation": one}, {"conversation": other}).conversation
    assert kept and (kept.summary, kept.summary_until) == ("one\nother", at(1))
    bare = Conversation(id="conv_2", started_at=NOW)
    kept = merge({"conversation": one}, {"conversation": bare}).conversation
    assert kept and (kept.summary, kept.summary_until) == ("one", None)


def test_merged_usage_is_that_of_both():
    found = merge({"usage": Usage(input_tokens=2, cost=0.5)}, {"usage": Usage(input_tokens=3)})
    assert found.usage == Usage(input_tokens=5, cost=0.5)
    assert merge({}, {}).usage is None


def test_merged_language_is_what_staff_chose_of_either():
    chosen, guessed = {"language": "it", "language_by_staff": True}, {"language": "en"}
    for found in (merge(chosen, guessed), merge(guessed, chosen)):
        assert (found.language, found.language_by_staff) == ("it", True)


def test_merged_rate_lets_no_more_through():
    one, other = Rate(minute=NOW, day=NOW, in_day=3), Rate(minute=NOW, day=NOW, in_day=9)
    assert merge({"rate": one}, {"rate": other}).rate == other
    assert merge({"rate": one}, {}).rate == one
    assert merge({}, {}).rate is None


def test_merged_assistant_knows_the_newest_notes_of_both():
    notes = [AssistantNote(id=f"n{n:02}", text="x", author="anna@x.it", at=at(n)) for n in range(1, 31)]
    found = merge(
        {"assistant_notes": notes[::2], "noted_at": at(5)}, {"assistant_notes": notes[1::2], "noted_at": at(9)}
    )
    assert (found.assistant_notes, found.noted_at) == (notes[-20:], at(9))


def test_merged_value_wins_over_a_field_that_staff_cleared_before():
    cleared = {"profile": {"company": ProfileField(value="", source="staff", updated_at=at(1))}}
    known = {"profile": {"company": ProfileField(value="Rossi", source="assistant", updated_at=at(2))}}
    assert merge(cleared, known).known("company") == merge(known, cleared).known("company") == "Rossi"


def test_merged_inbox_is_what_staff_made_of_both():
    one = {"labels": ["VIP", "olio"], "snoozed_until": at(9), "snoozed_summary": "resi?", "assignee": "anna@x.it"}
    other = {"labels": ["olio", "conti"], "snoozed_until": at(5), "marked_unread": True, **said("new", 1)}
    for found in (merge(one, other), merge({**one, "assignee": None}, {**other, "assignee": "anna@x.it"})):
        assert found.labels == ["VIP", "olio", "conti"]
        assert (found.snoozed_until, found.snoozed_summary) == (at(5), "resi?")
        assert (found.assignee, found.marked_unread) == ("anna@x.it", True)


def test_merged_names_every_field_of_a_contact():
    """Fails when a field is added: decide in functions/process/inbox/merge.py what becomes of it."""
    decided = {
        *("id", "merged_into", "created_at", "updated_at", "update_time", "turn"),  # the winner's own, or none
        *("phone", "user_id", "parent_user_id"),  # by their documents
        *(
            "username",
            "whatsapp_name",
            "language",
            "language_by_staff",
            "profile",
            "asked",
            "declined",
            "is_business",
            "unheard",
            "notes",
            "last_message",
            "last_activity_at",
        ),
        *("last_reply", "unread", "window_closes_at", "paused", "blocked", "opted_out", "consent_at", "rate"),
        *(
            "attention",
            "budget_told_on",
            "conversation",
            "conversation_ids",
            "pending",
            "context",
            "last_arrival_at",
            "epoch",
        ),
        *("lease", "work_since", "former_accounts", "usage", "proven_ids"),
        *("notes_for_assistant", "paused_until", "introduced_at", "previous_at"),
        *("noted_at", "assistant_notes", "assignee", "labels", "snoozed_until", "snoozed_summary", "marked_unread"),
        *("last_inbound", "erased"),
    }
    assert {field.name for field in dataclasses.fields(Contact)} == decided


def test_merged_keeps_hiding_what_accounts_before_either_wrote():
    one, other = FormerAccount(ids=["IT.8"], until=at(5)), FormerAccount(ids=["IT.9"], until=at(3))
    found = merged(contact("a", former_accounts=[one]), contact("b", former_accounts=[other]), TAKEN, NOW)
    assert (found.former_accounts, found.account_since) == ([other, one], at(5))


def test_merged_takes_no_account_for_a_former_one_that_is_either_of_the_two():
    one, chained = FormerAccount(ids=["IT.2"], until=at(5)), FormerAccount(ids=["IT.3", "IT.2"], until=at(3))
    other = FormerAccount(ids=["IT.9"], until=at(1))
    asked = Attention(reason="another_account", at=NOW)
    winner = contact("a", user_id="IT.1", former_accounts=[one, other], attention=asked)
    found = merged(winner, contact("b", user_id="IT.3", former_accounts=[chained]), TAKEN, NOW)
    assert (found.user_id, found.former_accounts, found.attention) == ("IT.1", [other], asked)
    assert sorted(found.proven_ids) == ["IT.2", "IT.3"]
    settled = merged(replace(winner, former_accounts=[one]), contact("b", user_id="IT.2"), TAKEN, NOW)
    assert (settled.former_accounts, settled.attention) == ([], None)


def test_trace_holds_nothing_but_the_way_to_the_winner():
    full = {"phone": "+39", "notes": "n", "unread": 2, "pending": ["a"], **said("x", 1), "whatsapp_name": "Mario"}
    left = trace(contact("loser", **full), contact("winner"), NOW)
    assert left == contact("loser", merged_into="winner", work_since=NOW)
    assert left.search_words == []


def test_assistant_reads_merged_notes_only_if_it_may_read_both():
    mine, yours = {"notes": "a", "notes_for_assistant": True}, {"notes": "b"}
    assert merge(mine, {}).notes_for_assistant
    assert not merge(mine, yours).notes_for_assistant
    assert merge(mine, {**yours, "notes_for_assistant": True}).notes_for_assistant


def test_merged_pause_is_the_longer_one():
    short, long = {"paused": True, "paused_until": at(5)}, {"paused": True, "paused_until": at(9)}
    assert merge(short, long).paused_until == merge(long, short).paused_until == at(9)
    assert merge(short, {"paused": True}).paused_until is None
    assert merge(short, {}).paused_until == at(5)
