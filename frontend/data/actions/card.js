// The contact card: its fields, one at a time, and staff's notes.
import { ApiError } from "../api.js";
import { saveCardDrafts } from "../drafts.js";
import { errorText } from "../error_text.js";
import { cardOf } from "../state/card.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Edit, NoteDraft, ProfileChanges } from "../types.js"
 * @import { ProfileActions } from "./profile.js"
 */

/**
 * @param {Tools} tools
 * @param {ProfileActions} profile
 */
export function createCardActions({ api, store, sync, attempt, toast, toastError }, { loadProfile }) {
  const { dispatch } = store;

  /**
   * Keeps what is typed into a field, null for nothing.
   * @param {string} id
   * @param {string} name
   * @param {Edit | null} edit
   */
  function editField(id, name, edit) {
    dispatch({ type: "edit_changed", id, name, edit });
    saveCardDrafts(store.state.cards);
  }

  /**
   * Saves what was typed into a field; rejects with the API's error. Where somebody else changed the field
   * meanwhile, the card is read again and shows both.
   * @param {string} id
   * @param {string} name
   * @param {Edit} edit
   */
  async function saveField(id, name, { value, seen }) {
    try {
      await saveProfile(id, { [name]: value.trim() || null, seen });
    } catch (error) {
      if (error instanceof ApiError && error.code === "conflict") await loadProfile(id);
      throw error;
    }
    // The session may have ended instead: what was typed is kept then.
    if (store.state.session.phase === "signed_in") editField(id, name, null);
  }

  /**
   * Takes what the customer says now of a field that staff filled in; null dismisses it.
   * @param {string} id
   * @param {string} name
   * @param {string | null} value
   */
  async function settleSuggestion(id, name, value) {
    const seen = store.state.profiles[id]?.profile?.updated_at ?? null;
    try {
      await saveProfile(id, value === null ? { dismiss: [name], seen } : { [name]: value, seen });
    } catch (error) {
      toastError(error);
      if (error instanceof ApiError && error.code === "conflict") await loadProfile(id);
    }
  }

  /**
   * Saves what changed; rejects with the API's error, whose fields say what was refused.
   * @param {string} id
   * @param {ProfileChanges} changes
   */
  async function saveProfile(id, changes) {
    const profile = await attempt(() => api.changeProfile(id, changes));
    if (!profile) return;
    dispatch({ type: "profile_loaded", id, profile });
    toast(texts.saved);
    sync.now();
  }

  /** @param {string} id */
  async function loadNotes(id, { more = false } = {}) {
    const notesAt = store.state.conversations[id]?.noted_at ?? null;
    const cursor = more ? cardOf(store.state, id).nextCursor : null;
    const answer = await attempt(() => api.notes(id, cursor), {
      failed: (error) => dispatch({ type: "notes_failed", id, error: errorText(error) }),
    });
    if (answer) dispatch({ type: "notes_loaded", id, answer, more, notesAt });
  }

  /**
   * Keeps a note that is being written, null for none.
   * @param {string} id
   * @param {NoteDraft | null} note
   */
  function editNote(id, note) {
    dispatch({ type: "note_edited", id, note });
    saveCardDrafts(store.state.cards);
  }

  /**
   * Opens the card for a note to be written.
   * @param {string} id
   */
  function beginNote(id) {
    const draft = cardOf(store.state, id).note;
    dispatch({ type: "card_toggled", open: true });
    editNote(id, { text: "", forAssistant: false, clientNoteId: crypto.randomUUID(), ...draft, begun: Date.now() });
  }

  /**
   * Saves the note that was written; tells whether it is saved.
   * @param {string} id
   */
  async function addNote(id) {
    const draft = cardOf(store.state, id).note;
    if (!draft?.text.trim()) return false;
    const { text, forAssistant, clientNoteId } = draft;
    const body = { text: text.trim(), for_assistant: forAssistant, client_note_id: clientNoteId };
    const note = await attempt(() => api.addNote(id, body), { failed: toastError });
    if (!note) return false;
    dispatch({ type: "note_added", id, note });
    editNote(id, null);
    sync.now();
    return true;
  }

  /**
   * @param {string} id
   * @param {string} noteId
   */
  async function deleteNote(id, noteId) {
    const done = await attempt(() => api.deleteNote(id, noteId), { failed: toastError });
    if (done === undefined) return;
    dispatch({ type: "note_deleted", id, noteId });
    toast(texts.notes.deleted);
    sync.now();
  }

  /**
   * Makes an entry of the one text that older versions kept.
   * @param {string} id
   */
  async function convertNotes(id) {
    const note = await attempt(() => api.convertNotes(id), { failed: toastError });
    if (!note) return;
    dispatch({ type: "note_added", id, note });
    await loadProfile(id);
  }

  return { editField, saveField, settleSuggestion, loadNotes, editNote, beginNote, addNote, deleteNote, convertNotes };
}
