"""Which account is a contact's present one, whatever comes in whatever order."""

import datetime as dt
from dataclasses import replace

from functions.process.inbox.accounts import after_notice, is_long_silent, written_under
from functions.process.inbox.identity_change import IdentityChange
from shared.model.contact import Contact, Conversation, FormerAccount
from shared.model.identifiers import Identifier

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NUMBER = Identifier("phone", "+39333")


def at(minute: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minute)


def user(number: int) -> Identifier:
    return Identifier("user_id", f"IT.{number}")


def wrote(contact: Contact, number: int, minute: float, *, shows_number: bool = True) -> Contact:
    """What arrives: the contact is known by it, then the message counts as the last that the customer wrote."""
    in_use = [user(number), NUMBER] if shows_number else [user(number)]
    after = written_under(contact, in_use, at(minute), at(100))
    closes = max(after.window_closes_at or at(minute) + DAY, at(minute) + DAY)
    return replace(after, window_closes_at=closes, last_activity_at=closes - DAY)


def told(contact: Contact, old: int, new: int, minute: float) -> Contact:
    change = IdentityChange(at=at(minute), former=[user(old)], current=[user(new)])
    return after_notice(contact, [user(new)], change, at(100))


def someone() -> Contact:
    return wrote(Contact(id="c", created_at=NOW), 1, 0)


def former(contact: Contact) -> list[list[str]]:
    return [account.ids for account in contact.former_accounts]


def test_message_older_than_what_the_present_account_wrote_changes_no_account():
    present = replace(wrote(someone(), 1, 9), conversation=Conversation(id="conv", started_at=NOW))
    late = wrote(present, 2, 3)
    assert (late.user_id, late.phone, former(late)) == ("IT.1", "+39333", [["IT.2"]])
    assert late.conversation == present.conversation
    assert late.attention and late.attention.reason == "another_account"
    # What the other account wrote until then is its own, what the present one wrote since is told to it.
    assert (late.is_of_present_account(at(3)), late.is_of_present_account(at(9))) == (False, True)
    assert wrote(late, 2, 3).former_accounts == late.former_accounts
    assert former(wrote(late, 2, 12)) == [["IT.2"], ["IT.1"]]


def test_answer_or_advertisement_makes_no_message_of_another_account_a_late_one():
    customer = someone()
    answered = replace(customer, last_activity_at=at(20))
    advertised = replace(customer, window_closes_at=at(0) + 3 * DAY)
    assert wrote(answered, 2, 10).user_id == wrote(advertised, 2, 10).user_id == "IT.2"
    assert is_long_silent(advertised, at(0) + 45 * DAY)


def test_notice_of_the_change_takes_back_what_was_held_back():
    contact = told(wrote(someone(), 2, 5), 1, 2, 4)
    assert (contact.user_id, contact.proven_ids, contact.former_accounts) == ("IT.2", ["IT.1"], [])
    assert (contact.phone, contact.attention) == ("+39333", None)


def test_account_that_was_told_to_be_the_same_is_no_other_one():
    contact = told(someone(), 1, 2, 4)
    assert former(wrote(contact, 2, 5)) == former(wrote(contact, 1, 5, shows_number=False)) == []
    assert wrote(contact, 1, 5, shows_number=False).phone == "+39333"


def test_notice_about_a_former_account_gives_it_nothing_of_the_present_one():
    contact = wrote(told(someone(), 1, 2, 4), 3, 10)
    for old, new in ((1, 2), (2, 4)):  # told again, or told of the former holder, who goes on
        after = told(contact, old, new, 11)
        assert (after.user_id, len(after.former_accounts)) == ("IT.3", 1)
        assert former(wrote(after, new, 12)) == [after.former_accounts[0].ids, ["IT.3"]]


def test_notice_that_names_neither_the_present_nor_a_former_account_is_another_accounts():
    contact = told(someone(), 5, 6, 10)
    assert (contact.user_id, former(contact)) == ("IT.6", [["IT.1"]])
    assert contact.attention and contact.attention.reason == "another_account"
    again = told(contact, 1, 5, 9)  # the first half of the chain comes last
    assert (again.former_accounts, again.attention) == ([], None)


def test_former_account_that_writes_again_is_known_by_all_its_ids():
    contact = wrote(wrote(told(someone(), 1, 2, 4), 3, 10), 1, 20, shows_number=False)
    assert (contact.user_id, contact.phone) == ("IT.1", None)
    assert former(wrote(contact, 2, 21)) == former(contact)
    assert former(told(contact, 2, 3, 9)) == []


def test_another_account_begins_without_conversation_context_or_what_has_waited_for_a_day():
    conversation = Conversation(id="conv", started_at=NOW)
    full = replace(
        someone(), conversation=conversation, last_reply="r", context=["a"], pending=["b"], work_since=NOW
    )
    for waited, pending in ((dt.timedelta(), ["b"]), (DAY, [])):
        after = written_under(full, [user(2), NUMBER], at(5), NOW + waited)
        assert (after.conversation, after.last_reply, after.context, after.pending) == (None, "", [], pending)


def test_parent_companys_id_of_a_late_message_belongs_to_its_own_account():
    contact = wrote(someone(), 2, 9)
    parent = Identifier("parent_user_id", "IT.ENT.7")
    late = written_under(contact, [user(1), parent, NUMBER], at(3), at(100))
    assert (late.parent_user_id, former(late)) == (None, [["IT.1", "IT.ENT.7"]])
    assert told(late, 1, 2, 4).parent_user_id == "IT.ENT.7"


def test_message_that_overtook_another_of_its_account_moves_its_beginning():
    contact = wrote(wrote(someone(), 2, 9), 2, 5)
    assert contact.former_accounts == [FormerAccount(ids=["IT.1"], until=at(5))]
