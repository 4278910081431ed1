"""Accounts: a known number under which another WhatsApp account writes, no change having been told. Pure functions.

Numbers are recycled, while a user id is never given to another person. So the account is another person's, or the
same person's whose change WhatsApp did not tell (or tells later). How long the number was silent decides:

    silent for REST   the number was given to somebody else: a new contact (find_contact.py beside this file)
    less              the same contact, but what is from before is neither told nor used, and staff are asked;
                      a notice that comes after all takes that back
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from functions.process.inbox.arrival import WINDOW
from functions.process.inbox.identity_change import IdentityChange
from functions.process.inbox.inbound import is_parent_id
from shared.model.contact import Contact, FormerAccount, flagged, without_conversation
from shared.model.identifiers import Identifier, known_by

# Operators leave a number unused before they give it to somebody else (in the USA for 45 days at least, 47 CFR
# 52.15). Who comes to a number whose former user was silent that long is not that user.
REST = dt.timedelta(days=45)
MAX_FORMER_ACCOUNTS = 10


def is_another_account(contact: Contact, identifiers: Sequence[Identifier]) -> bool:
    """Tell whether user ids of the same form as the contact's present ones are all others."""
    present, given = _ids(contact), _user_ids(identifiers)
    comparable = {is_parent_id(user_id) for user_id in present} & {is_parent_id(user_id) for user_id in given}
    return bool(comparable) and not set(present) & set(given)


def is_long_silent(contact: Contact, at: dt.datetime) -> bool:
    """Tell whether the customer last wrote so long before a moment that the number may be somebody else's."""
    return contact.window_closes_at is not None and contact.window_closes_at - WINDOW <= at - REST


def written_under(contact: Contact, in_use: Sequence[Identifier], at: dt.datetime, now: dt.datetime) -> Contact:
    """Return the contact as a message makes it known; one of another account begins without what was before.

    What has waited for an answer for a day is dropped from `pending`, to be left to staff. What is younger was not
    written by a former holder, since operators let numbers rest longer.
    """
    since = contact.account_since
    if not is_another_account(contact, in_use):
        if since and at < since and set(_ids(contact)) & set(_user_ids(in_use)):  # it overtook another of its own
            contact = replace(contact, former_accounts=[*contact.former_accounts[:-1], _until(contact, at)])
        return known_by(contact, in_use)
    if since and at < since:  # late, of an account from before
        return contact
    former = [*contact.former_accounts, FormerAccount(ids=_ids(contact), until=at)]
    has_waited = contact.work_since is not None and now - contact.work_since >= WINDOW
    fresh = replace(
        without_conversation(contact),
        former_accounts=former[-MAX_FORMER_ACCOUNTS:],
        phone=None,  # one that this account does not show is perhaps not its own
        parent_user_id=None,
        pending=[] if has_waited else contact.pending,
        context=[],
    )
    return flagged(known_by(fresh, in_use), "another_account", now)


def after_notice(contact: Contact, in_use: Sequence[Identifier], change: IdentityChange) -> Contact:
    """Return the contact after a change that WhatsApp tells: the account from before is the same person's."""
    contact = known_by(contact, in_use)
    told = set(_user_ids(change.former))
    former = [account for account in contact.former_accounts if not told & set(account.ids)]
    if former == contact.former_accounts:
        return contact
    if (
        contact.parent_user_id is None and former == contact.former_accounts[:-1]
    ):  # it was the same person's all along
        parents = [user_id for user_id in contact.former_accounts[-1].ids if is_parent_id(user_id)]
        contact = replace(contact, parent_user_id=next(iter(parents), None))
    asked = contact.attention and contact.attention.reason == "another_account"
    attention = None if asked and not former else contact.attention
    return replace(contact, former_accounts=former, attention=attention)


def _until(contact: Contact, at: dt.datetime) -> FormerAccount:
    return replace(contact.former_accounts[-1], until=at)


def _ids(contact: Contact) -> list[str]:
    return [user_id for user_id in (contact.user_id, contact.parent_user_id) if user_id]


def _user_ids(identifiers: Sequence[Identifier]) -> list[str]:
    return [identifier.value for identifier in identifiers if identifier.kind != "phone"]
