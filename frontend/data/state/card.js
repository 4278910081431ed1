// The contact card as somebody works on it: staff's notes, and what was typed and is not saved.
//
// What was typed stays until it is saved or thrown away: over Escape, another conversation and the session's end.
/** @import { Card, CardDrafts, State, StoreEvent } from "../types.js" */

/** @type {CardDrafts} */
export const noDrafts = { edits: {}, note: null };
/** @type {Card} */
export const emptyCard = { ...noDrafts, notes: [], notesAt: null, nextCursor: null, notesError: null };

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceCards(state, action) {
  switch (action.type) {
    case "signed_out":
      return { ...state, cards: draftsOnly(state.cards) };
    case "edit_changed": {
      const others = Object.entries(cardOf(state, action.id).edits).filter(([name]) => name !== action.name);
      const own = action.edit ? [[action.name, action.edit]] : [];
      return changed(state, action.id, { edits: Object.fromEntries([...others, ...own]) });
    }
    case "note_edited":
      return changed(state, action.id, { note: action.note });
    case "notes_loaded":
      return changed(state, action.id, {
        notes: action.more ? [...cardOf(state, action.id).notes, ...action.answer.notes] : action.answer.notes,
        nextCursor: action.answer.next_cursor,
        notesAt: action.notesAt,
        notesError: null,
      });
    case "notes_failed":
      return changed(state, action.id, { notesError: action.error });
    case "note_added": {
      const others = cardOf(state, action.id).notes.filter(({ id }) => id !== action.note.id);
      return changed(state, action.id, { notes: [action.note, ...others] });
    }
    case "note_deleted":
      return changed(state, action.id, {
        notes: cardOf(state, action.id).notes.filter(({ id }) => id !== action.noteId),
      });
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {string} id
 */
export function cardOf(state, id) {
  return state.cards[id] ?? emptyCard;
}

/**
 * @param {Record<string, Card>} cards
 * @returns {Record<string, Card>}
 */
function draftsOnly(cards) {
  return Object.fromEntries(Object.entries(cards).map(([id, { edits, note }]) => [id, { ...emptyCard, edits, note }]));
}

/**
 * @param {State} state
 * @param {string} id
 * @param {Partial<Card>} changes
 * @returns {State}
 */
function changed(state, id, changes) {
  return { ...state, cards: { ...state.cards, [id]: { ...cardOf(state, id), ...changes } } };
}
