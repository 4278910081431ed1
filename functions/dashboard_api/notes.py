"""Notes of staff about a customer: entries with author and time, which the customer never sees.

Each is written with its contact in one batch: what the assistant is to know of is there (`assistant_notes`), and
`noted_at` tells every open page that the list has changed.
"""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import TypedDict

from functions.dashboard_api.bodies import NoteBody
from functions.dashboard_api.collisions import next_change_at
from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.members import may
from functions.dashboard_api.session import Staff
from functions.dashboard_api.times import time_text
from shared.errors import DuplicateError, ForbiddenError, NotFoundError
from shared.model.contact import AssistantNote, Contact, newest_notes
from shared.model.ids import is_id, note_id, random_id
from shared.model.note import Note
from shared.model.turn import Change
from shared.store.optimistic import until_written

MAX_NOTES = 50  # a page


class NoteView(TypedDict):
    """A note; `author` is an e-mail address."""

    id: str
    conversation_id: str
    text: str
    author: str
    for_assistant: bool
    at: str


class NotesPage(TypedDict):
    """A page of a conversation's notes, the newest first."""

    notes: list[NoteView]
    next_cursor: str | None


def list_notes(desk: Desk, contact_id: str, cursor: str) -> NotesPage:
    """Return a page of a conversation's notes (1 read, and 1 for each); raises NotFoundError."""
    contact = get_contact(desk, contact_id)
    page = desk.store.notes.page(contact.id, position_of(cursor), MAX_NOTES)
    return {
        "notes": [note_view(note) for note in page.rows],
        "next_cursor": cursor_of(page.following) if page.following else None,
    }


def write_note(desk: Desk, contact_id: str, body: NoteBody, author: str) -> NoteView:
    """Add a note (1 read, 2 writes); with the same `client_note_id` it stays one. Raises NotFoundError."""

    def attempt() -> Note:
        contact = get_contact(desk, contact_id)
        note = Note(
            id=note_id(contact.id, body.client_note_id) if body.client_note_id else random_id(),
            contact_id=contact.id,
            text=body.text,
            author=author,
            for_assistant=body.for_assistant,
            at=next_change_at(contact, desk.now()),
        )
        try:
            desk.store.commit(contact, Change(_noted(contact, note), notes=(note,)))
        except DuplicateError:
            earlier = desk.store.notes.get(note.id)
            if earlier is None:
                raise
            return earlier
        return note

    return note_view(until_written(attempt, desk.sleep))


def convert_notes(desk: Desk, contact_id: str, author: str) -> NoteView:
    """Make an entry of the one text that older versions kept (1 read, 2 writes); NotFoundError without one."""

    def attempt() -> Note:
        contact = get_contact(desk, contact_id)
        if not contact.notes:
            raise NotFoundError("there are no notes of older versions")
        note = Note(
            id=random_id(),
            contact_id=contact.id,
            text=contact.notes,
            author=author,
            for_assistant=contact.notes_for_assistant,
            at=next_change_at(contact, desk.now()),
        )
        after = replace(_noted(contact, note), notes="", notes_for_assistant=False)
        desk.store.commit(contact, Change(after, notes=(note,)))
        return note

    return note_view(until_written(attempt, desk.sleep))


def delete_note(desk: Desk, contact_id: str, wanted: str, member: Staff) -> None:
    """Delete a note (2 reads, 2 writes); raises NotFoundError, and ForbiddenError where it is another's."""

    def attempt() -> None:
        contact = get_contact(desk, contact_id)
        note = desk.store.notes.get(wanted) if is_id(wanted) else None
        if note is None or note.contact_id != contact.id:
            raise NotFoundError("there is no such note")
        if note.author != member.email and not may(member.role, "owner"):
            raise ForbiddenError("only who wrote a note, or an owner, may delete it")
        kept = [each for each in contact.assistant_notes if each.id != note.id]
        after = replace(contact, assistant_notes=kept, noted_at=next_change_at(contact, desk.now()))
        desk.store.commit(contact, Change(after, without_notes=(note.id,)))

    until_written(attempt, desk.sleep)


def note_view(note: Note) -> NoteView:
    """Return a note as the page reads it."""
    return {
        "id": note.id,
        "conversation_id": note.contact_id,
        "text": note.text,
        "author": note.author,
        "for_assistant": note.for_assistant,
        "at": time_text(note.at),
    }


def _noted(contact: Contact, note: Note) -> Contact:
    told: Sequence[AssistantNote] = contact.assistant_notes
    if note.for_assistant:
        told = newest_notes([*told, AssistantNote(id=note.id, text=note.text, author=note.author, at=note.at)])
    return replace(contact, assistant_notes=list(told), noted_at=note.at)
