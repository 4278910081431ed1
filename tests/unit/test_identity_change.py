"""What system messages and `user_id_update` tell of a customer's identifiers."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.process.inbox.identity_change import identity_update
from functions.process.inbox.inbound import parse_message
from shared.errors import BadRequestError
from shared.model.identifiers import Identifier
from shared.queue.tasks import IdentityTask

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
SENT = 1_790_000_000
AT = dt.datetime.fromtimestamp(SENT, dt.UTC)
SENDER = {"id": "wamid.1", "from": "393331234567", "from_user_id": "IT.1", "timestamp": str(SENT), "type": "system"}
OLD, OLD_ID = Identifier("phone", "+393331234567"), Identifier("user_id", "IT.1")
NEW, NEW_ID = Identifier("phone", "+393339876543"), Identifier("user_id", "IT.2")


def change(kind: str = "system", **detail: Any) -> Any:
    return parse_message({**SENDER, "type": kind, kind: detail}, None, NOW).change


@pytest.mark.parametrize("field", ["wa_id", "new_wa_id"])
def test_number_changed_gives_up_the_old_one_for_the_new_one(field):
    found = change(type="user_changed_number", **{field: "393339876543"})
    assert (found.at, found.former, found.current, found.kept) == (AT, [OLD], [NEW], [OLD_ID])


def test_user_id_changed_gives_up_the_old_one_for_the_new_one():
    found = change(type="user_changed_user_id", user_id="IT.2")
    assert (found.at, found.former, found.current, found.kept) == (AT, [OLD_ID], [NEW_ID], [OLD])


@pytest.mark.parametrize("sender", [{}, {"from_user_id": "IT.2"}, {"from_user_id": "IT.1"}])
@pytest.mark.parametrize("told", [{"user_id": "IT.2"}, {"user_id": "IT.2", "wa_id": "393331234567"}])
def test_id_from_before_is_given_up_whoever_is_named_as_sender(sender, told):
    detail = {"type": "user_changed_user_id", "previous_user_id": "IT.1", **told}
    message = {"id": "wamid.1", "timestamp": str(SENT), "type": "system", "system": detail, **sender}
    found: Any = parse_message(message, None, NOW).change
    assert (found.former, NEW_ID in found.current) == ([OLD_ID], True)


def test_new_id_that_only_the_sender_tells_is_taken_for_the_one_from_before():
    message = {
        **SENDER,
        "from_user_id": "IT.2",
        "system": {"type": "user_changed_user_id", "previous_user_id": "IT.1"},
    }
    found: Any = parse_message(message, None, NOW).change
    assert (found.former, found.current, found.kept) == ([OLD_ID], [NEW_ID], [OLD])


@pytest.mark.parametrize(
    "body", ["User Mario changed from IT.1 to IT.2", "Mario changed user id from IT.1 to IT.2."]
)
def test_change_that_only_the_words_of_the_notice_tell_is_read_there(body):
    message = {"id": "wamid.1", "timestamp": str(SENT), "type": "system"}
    detail = {"type": "user_changed_user_id", "body": body}
    found: Any = parse_message({**message, "system": detail}, None, NOW).change
    assert (found.former, found.current) == ([OLD_ID], [NEW_ID])


@pytest.mark.parametrize(
    "body",
    ["User changed from IT.1 to IT.3 changed user id", "From IT.1 to IT.2", "User changed from me to you", ""],
)
def test_name_that_reads_like_a_change_is_none(body):
    assert change(type="user_changed_user_id", body=body) is None


def test_number_and_user_id_changed_at_once_give_up_both():
    found = change(type="user_changed_number", wa_id="393339876543", user_id="IT.2")
    assert (found.former, found.current, found.kept) == ([OLD, OLD_ID], [NEW, NEW_ID], [])


def test_number_changed_to_another_spelling_gives_up_nothing():
    found = change(type="user_changed_number", wa_id="+39 333 1234567")
    assert (found.former, found.current, found.kept) == ([], [OLD], [OLD_ID])


@pytest.mark.parametrize(
    "detail",
    [
        {"type": "customer_identity_changed", "wa_id": "393339876543"},
        {"type": "user_changed_number"},
        {"type": "user_changed_number", "wa_id": ""},
        {"type": "user_changed_user_id", "user_id": "nonsense"},
        {"type": ["user_changed_number"], "wa_id": "393339876543"},
        {},
    ],
)
def test_system_message_without_a_new_identifier_changes_none(detail):
    assert change(**detail) is None


def test_other_kinds_of_message_change_no_identifier():
    assert change("text", type="user_changed_number", wa_id="393339876543", body="x") is None


@settings(max_examples=100, deadline=None)
@given(
    detail=st.recursive(
        st.one_of(st.none(), st.integers(), st.text(max_size=20)),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "wa_id"]), inner),
    )
)
def test_system_message_of_any_content_is_a_change_or_none(detail):
    message = {**SENDER, "system": {"type": "user_changed_number", "wa_id": detail, "user_id": detail}}
    found = parse_message(message, None, NOW).change
    assert found is None or found.current


def update(entry: Any = None, **fields: Any) -> Any:
    ids = {"previous": "IT.1", "current": "IT.2"}
    return identity_update(
        IdentityTask(update={"user_id": ids, "timestamp": str(SENT), **fields}, contact=entry), NOW
    )


def test_user_id_update_gives_up_the_previous_for_the_current():
    found = update(wa_id="393331234567")
    assert (found.at, found.former, found.current, found.kept) == (AT, [OLD_ID], [NEW_ID], [OLD])


def test_user_id_update_takes_phone_and_profile_from_its_contact():
    found = update({"wa_id": "393331234567", "profile": {"name": "Mario", "username": "mario"}})
    assert (found.kept, found.whatsapp_name, found.username) == ([OLD], "Mario", "mario")


def test_user_id_update_of_the_parent_company_too_gives_up_both():
    found = update(parent_user_id={"previous": "IT.ENT.1", "current": "IT.ENT.2"})
    assert found.former == [OLD_ID, Identifier("parent_user_id", "IT.ENT.1")]
    assert found.current == [NEW_ID, Identifier("parent_user_id", "IT.ENT.2")]


@pytest.mark.parametrize("ids", [{"previous": "IT.1"}, {}, None, "IT.2", {"current": 7}, {"current": "x y"}])
def test_user_id_update_without_a_new_id_is_refused(ids):
    with pytest.raises(BadRequestError):
        update(user_id=ids)


@pytest.mark.parametrize("stamp", [None, "", "soon"])
def test_user_id_update_without_a_time_is_one_of_now(stamp):
    assert update(timestamp=stamp).at == NOW
