"""Accounts: a known number under which another WhatsApp account writes, no change having been told. Pure functions.

Numbers are recycled, while a user id is never given to another person. So the account is another person's, or the
same person's whose change WhatsApp did not tell (or tells later). How long the number was silent decides:

    silent for REST   the number was given to somebody else: a new contact (find_contact.py beside this file)
    less              the same contact, but what is from before is neither told nor used, and staff are asked;
                      a notice that comes after all takes that back

Messages and notices come in any order. Which account is the present one goes by WhatsApp's times, and which ids are
one person's only by what WhatsApp told (`proven_ids`): an id of which nothing is told is another's.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from functions.process.inbox.arrival import WINDOW
from functions.process.inbox.identity_change import IdentityChange
from functions.process.inbox.inbound import is_parent_id
from shared.model.contact import LEFT_LYING, Contact, FormerAccount, flagged, without_conversation
from shared.model.identifiers import Identifier, known_by
from shared.model.message import MessageUpdate

# Operators leave a number unused before they give it to somebody else (in the USA for 45 days at least, 47 CFR
# 52.15). Who comes to a number whose former user was silent that long is not that user.
REST = dt.timedelta(days=45)
MAX_FORMER_ACCOUNTS = 10
MAX_PROVEN_IDS = 20
SECOND = dt.timedelta(seconds=1)  # WhatsApp's times are whole seconds


def is_another_account(contact: Contact, identifiers: Sequence[Identifier]) -> bool:
    """Tell whether user ids of the same form as the contact's present ones are all others."""
    present, given = account_ids(contact), _user_ids(identifiers)
    comparable = {is_parent_id(user_id) for user_id in present} & {is_parent_id(user_id) for user_id in given}
    return bool(comparable) and not set(present) & set(given)


def is_long_silent(contact: Contact, at: dt.datetime) -> bool:
    """Tell whether the customer last wrote so long before a moment that the number may be somebody else's."""
    wrote = _last_wrote(contact)
    return wrote is not None and wrote <= at - REST


def account_ids(contact: Contact) -> list[str]:
    """List the user ids of the present account, those in use first."""
    in_use = [user_id for user_id in (contact.user_id, contact.parent_user_id) if user_id]
    return list(dict.fromkeys([*in_use, *contact.proven_ids]))


def written_under(contact: Contact, in_use: Sequence[Identifier], at: dt.datetime, now: dt.datetime) -> Contact:
    """Return the contact as a message makes it known; one of another account begins without what was before."""
    since = contact.account_since
    if not is_another_account(contact, in_use):
        if since and at < since and set(account_ids(contact)) & set(_user_ids(in_use)):
            contact = replace(contact, former_accounts=[*contact.former_accounts[:-1], _until(contact, at)])
        return _known_by(contact, in_use)  # above: it overtook another of its own account
    return _switched(contact, in_use, _user_ids(in_use), at, now)


def after_notice(
    contact: Contact, in_use: Sequence[Identifier], change: IdentityChange, now: dt.datetime
) -> Contact:
    """Return the contact after a change that WhatsApp tells: all accounts that it names are one person's."""
    told, own = _user_ids([*change.current, *change.kept, *change.former]), account_ids(contact)
    if not told or not own or set(told) & set(own):
        given_up = {former.value for former in change.former}
        return united(_known_by(contact, in_use), told, given_up)
    if any(set(told) & set(account.ids) for account in contact.former_accounts):
        return replace(contact, former_accounts=[_joined(account, told) for account in contact.former_accounts])
    if is_another_account(contact, in_use):
        return _switched(contact, in_use, told, change.at, now)
    return _known_by(contact, in_use)


def united(contact: Contact, ids: Sequence[str], given_up: Collection[str] = ()) -> Contact:
    """Return the contact whose present account has these ids too; what was former by them alone is its own."""
    own, former, joined = [*account_ids(contact), *ids], contact.former_accounts, list[FormerAccount]()
    while found := [account for account in former if set(own) & set(account.ids)]:
        own += [user_id for account in found for user_id in account.ids]
        former, joined = [account for account in former if account not in found], joined + found
    if contact.parent_user_id is None:
        parents = [user_id for account in joined for user_id in account.ids if is_parent_id(user_id)]
        contact = replace(contact, parent_user_id=next((one for one in parents if one not in given_up), None))
    asked = contact.attention and contact.attention.reason == "another_account"
    attention = None if asked and joined and not former else contact.attention
    return _proven(replace(contact, former_accounts=former, attention=attention), own)


def left_to_staff(before: Contact, after: Contact) -> dict[str, MessageUpdate]:
    """Say what becomes of the messages that no longer wait for an answer."""
    return {waiting: {"status": "left_to_staff"} for waiting in before.pending if waiting not in after.pending}


def _switched(
    contact: Contact, in_use: Sequence[Identifier], ids: Sequence[str], at: dt.datetime, now: dt.datetime
) -> Contact:
    """Let another account be the present one, unless what it wrote is older than what the present one did.

    What has waited for an answer for a day is dropped from `pending`, to be left to staff, as an open turn is
    before its next send. What is younger was not written by a former holder: operators let numbers rest longer.
    """
    if at < max(filter(None, (contact.account_since, _last_wrote(contact))), default=at):
        return _noted(contact, ids, at, now)
    has_waited = contact.work_since is not None and now - contact.work_since >= LEFT_LYING
    fresh = replace(
        without_conversation(contact),
        former_accounts=_with(contact, FormerAccount(ids=account_ids(contact), until=at)),
        phone=None,  # one that this account does not show is perhaps not its own
        username=None,
        whatsapp_name=None,
        user_id=None,
        parent_user_id=None,
        proven_ids=[],
        pending=[] if has_waited else contact.pending,
        context=[],
    )
    again = [one for account in contact.former_accounts if set(ids) & set(account.ids) for one in account.ids]
    return flagged(_proven(known_by(fresh, in_use), [*ids, *again]), "another_account", now)


def _noted(contact: Contact, ids: Sequence[str], at: dt.datetime, now: dt.datetime) -> Contact:
    """Note an account that wrote before the present one did; what it wrote until then is its own."""
    until = at + SECOND
    contact = replace(contact, former_accounts=[_joined(account, ids) for account in contact.former_accounts])
    if any(set(ids) & set(account.ids) and account.until >= until for account in contact.former_accounts):
        return contact
    noted = replace(contact, former_accounts=_with(contact, FormerAccount(ids=list(ids), until=until)))
    return flagged(noted, "another_account", now)


def _with(contact: Contact, account: FormerAccount) -> list[FormerAccount]:
    former = sorted([*contact.former_accounts, account], key=lambda one: one.until)
    return former[-MAX_FORMER_ACCOUNTS:]


def _joined(account: FormerAccount, ids: Sequence[str]) -> FormerAccount:
    is_named = set(ids) & set(account.ids)
    return replace(account, ids=list(dict.fromkeys([*account.ids, *ids]))) if is_named else account


def _known_by(contact: Contact, in_use: Sequence[Identifier]) -> Contact:
    """Return the contact with these identifiers in use; those that they replace stay known as the account's own."""
    return _proven(known_by(contact, in_use), account_ids(contact))


def _proven(contact: Contact, ids: Sequence[str]) -> Contact:
    in_use = (contact.user_id, contact.parent_user_id)
    others = [user_id for user_id in dict.fromkeys([*contact.proven_ids, *ids]) if user_id not in in_use]
    return replace(contact, proven_ids=others[-MAX_PROVEN_IDS:])


def _last_wrote(contact: Contact) -> dt.datetime | None:
    """Return when the customer last wrote, at the latest.

    An advertisement opens the window for longer, and an answer counts as activity too: the earlier bound holds.
    """
    if contact.window_closes_at is None:
        return None
    wrote = contact.window_closes_at - WINDOW
    return min(wrote, contact.last_activity_at or wrote)


def _until(contact: Contact, at: dt.datetime) -> FormerAccount:
    return replace(contact.former_accounts[-1], until=at)


def _user_ids(identifiers: Sequence[Identifier]) -> list[str]:
    return [identifier.value for identifier in identifiers if identifier.kind != "phone"]
