"""The routes of the conversation list and of what staff do with a conversation."""

import flask

from functions.dashboard_api import actions
from functions.dashboard_api.activity import note_act
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import ConversationsQuery, PauseBody, ReadBody, SearchBody, SyncQuery
from functions.dashboard_api.contact_views import ConversationView, conversation_view
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.lists import Changes, ConversationsPage, list_conversations, sync


def add_conversations(api: Api, desk: Desk) -> None:
    """Add the list, following its changes, and the actions on one conversation."""

    @api.get("/api/conversations", role="viewer")
    def conversations(query: ConversationsQuery) -> ConversationsPage:
        """List conversations a page at a time, the newest first.

        Who waits longest comes first under `attention`, whose window closes first under `closing`.
        """
        return list_conversations(desk, flask.g.staff.email, query.filter, query.q, query.cursor)

    @api.post("/api/conversations/search", role="viewer")
    def search(body: SearchBody) -> ConversationsPage:
        """List the conversations that a search finds; names stay out of the addresses that are logged."""
        return list_conversations(desk, flask.g.staff.email, body.filter, body.query, body.cursor)

    @api.get("/api/sync", role="viewer")
    def changes(query: SyncQuery) -> Changes:
        """Tell all that changed since a cursor; what is known already may be told again."""
        found = sync(desk, query.since, query.conversation)
        if found["messages"]:
            note_act(desk, flask.g.staff.email, "view", query.conversation, "")
        return found

    @api.post("/api/conversations/<contact_id>/read", role="agent")
    def read(contact_id: str, body: ReadBody) -> ConversationView:
        """Note that a conversation was read; `dismiss` also takes the attention mark off."""
        return conversation_view(actions.mark_read(desk, contact_id, body), desk.now())

    @api.post("/api/conversations/<contact_id>/pause", role="agent", note="pause")
    def pause(contact_id: str, body: PauseBody) -> ConversationView:
        """Leave a conversation to staff."""
        contact = actions.pause(desk, contact_id, body)
        return conversation_view(contact, desk.now())

    for action in actions.ACTIONS:
        _add_action(api, desk, action)


def _add_action(api: Api, desk: Desk, action: str) -> None:
    def act(contact_id: str) -> ConversationView:
        contact = actions.change_contact(desk, contact_id, actions.ACTIONS[action])
        return conversation_view(contact, desk.now())

    act.__doc__ = ACTION_TEXTS[action]
    api.post(f"/api/conversations/<contact_id>/{action}", role="agent", note=action)(act)


ACTION_TEXTS = {
    "resume": "Let the assistant answer again.",
    "block": "Neither answer nor show what this customer writes from now on.",
    "unblock": "Take a customer's messages again.",
    "unread": "Mark a conversation as unread, until it is read again.",
    "reset": "Let the assistant forget what was said.",
}
