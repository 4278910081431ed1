// Staff's notes on the contact card: what colleagues are to know, and the customer never sees.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useNow } from "../lib/hooks.js";
import { personName } from "../lib/names.js";
import { texts } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { ConfirmDialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { RichText } from "./rich_text.js";

/**
 * @import { Card, Me, Note, NoteDraft, Profile } from "../data/types.js"
 *
 * @typedef {object} NoteActions
 * @property {(draft: NoteDraft | null) => void} edit
 * @property {() => Promise<boolean>} add
 * @property {(noteId: string) => void} remove
 * @property {() => void} convert
 * @property {() => void} more
 */

const MAX_LENGTH = 4_000;
const FEW = 3; // that are shown at first
const JUST_MS = 3_000; // for the card to be loaded and drawn

/** @param {{ card: Card, profile: Profile, me: Me | null, canEdit: boolean, on: NoteActions }} props */
export function Notes({ card, profile, me, canEdit, on }) {
  const [all, setAll] = useState(false);
  const [doomed, setDoomed] = useState(/** @type {Note | null} */ (null));
  const { notes, nextCursor, notesError } = card;
  const shown = all ? notes : notes.slice(0, FEW);
  const hidden = notes.length - shown.length;
  /** @param {Note} note */
  const mayDelete = ({ author }) => canEdit && (author === me?.email || me?.role === "owner");
  return html`<section class="notes" data-testid="notes">
    <h3>${texts.notes.title}</h3>
    ${canEdit && html`<${NoteForm} draft=${card.note} on=${on} />`}
    ${notesError && html`<p class="invalid-feedback" role="alert">${notesError}</p>`}
    <ul class="notes-list">
      ${shown.map((note) => html`<${Entry} key=${note.id} note=${note} onDelete=${mayDelete(note) ? () => setDoomed(note) : null} />`)}
      ${profile.notes && (all || hidden <= 0) && html`<${Earlier} profile=${profile} canEdit=${canEdit} onConvert=${on.convert} />`}
    </ul>
    ${!notes.length && !profile.notes && !canEdit && html`<p class="card-quiet">${texts.notes.none}</p>`}
    ${hidden > 0 && html`<button type="button" class="btn btn-link btn-sm" onClick=${() => setAll(true)}>${texts.notes.showAll(notes.length, Boolean(nextCursor))}</button>`}
    ${all && nextCursor && html`<button type="button" class="btn btn-link btn-sm" onClick=${on.more}>${texts.notes.more}</button>`}
    ${
      doomed &&
      html`<${ConfirmDialog}
        title=${texts.notes.deleteTitle}
        text=${texts.notes.deleteText}
        confirm=${texts.notes.deleteConfirm}
        tone="danger"
        onConfirm=${() => {
          on.remove(doomed.id);
          setDoomed(null);
        }}
        onClose=${() => setDoomed(null)}
      />`
    }
  </section>`;
}

/** @param {{ draft: NoteDraft | null, on: NoteActions }} props */
function NoteForm({ draft, on }) {
  const [saving, setSaving] = useState(false);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const text = draft?.text ?? "";
  const { begun = 0 } = draft ?? {};
  useEffect(() => {
    if (Date.now() - begun < JUST_MS) field.current?.focus();
  }, [begun]);
  /** @param {Partial<NoteDraft>} changes */
  const change = (changes) =>
    on.edit({ text, forAssistant: false, clientNoteId: crypto.randomUUID(), ...draft, ...changes });

  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    if (!text.trim() || saving) return;
    setSaving(true);
    await on.add();
    setSaving(false);
  }

  /** @param {KeyboardEvent & { currentTarget: HTMLTextAreaElement }} event */
  function onKeyDown(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(event);
    if (event.key !== "Escape") return;
    // What was typed stays; only the field is left.
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.blur();
  }

  return html`<form class="note-form" onSubmit=${save}>
    <textarea
      ref=${field}
      class="form-control"
      rows=${text ? 3 : 1}
      dir="auto"
      maxlength=${MAX_LENGTH}
      placeholder=${texts.notes.placeholder}
      aria-label=${texts.notes.label}
      value=${text}
      data-testid="note-text"
      onInput=${(/** @type {{ currentTarget: HTMLTextAreaElement }} */ { currentTarget }) => change({ text: currentTarget.value })}
      onKeyDown=${onKeyDown}
    ></textarea>
    ${
      text &&
      html`<div class="note-form-end">
        <label class="form-check" title=${texts.notes.forAssistantHint}>
          <input type="checkbox" class="form-check-input" checked=${draft?.forAssistant ?? false} onChange=${() => change({ forAssistant: !draft?.forAssistant })} />
          <span>${texts.notes.forAssistant}</span>
        </label>
        <button type="submit" class="btn btn-primary btn-sm" disabled=${saving || !text.trim()} data-testid="save-note">${texts.notes.save}</button>
        ${draft?.forAssistant && html`<p class="fact-note">${texts.notes.forAssistantHint}</p>`}
      </div>`
    }
  </form>`;
}

/** @param {{ note: Note, onDelete: (() => void) | null }} props */
function Entry({ note, onDelete }) {
  const now = useNow();
  return html`<li class="note" data-testid="note">
    <p class="note-text" dir="auto"><${RichText} text=${note.text} /></p>
    <p class="note-about">
      <span>${personName(note.author) || texts.notes.somebody} · <time datetime=${note.at} title=${fullTime(note.at)}>${listTime(note.at, now)}</time></span>
      ${note.for_assistant && html`<span class="note-told" title=${texts.notes.told}><${Icon} name="spark" label=${texts.notes.told} /></span>`}
      ${
        onDelete &&
        html`<button type="button" class="fact-button" aria-label=${texts.notes.delete} title=${texts.notes.delete} onClick=${onDelete}><${Icon} name="trash" /></button>`
      }
    </p>
  </li>`;
}

// What older versions kept as one text, without author and time.
/** @param {{ profile: Profile, canEdit: boolean, onConvert: () => void }} props */
function Earlier({ profile, canEdit, onConvert }) {
  return html`<li class="note" data-testid="earlier-notes">
    <p class="note-text" dir="auto"><${RichText} text=${profile.notes} /></p>
    <p class="note-about">
      <span>${texts.notes.earlier}</span>
      ${profile.notes_for_assistant && html`<span class="note-told" title=${texts.notes.told} data-testid="notes-are-read"><${Icon} name="spark" label=${texts.notes.told} /></span>`}
      ${canEdit && html`<button type="button" class="btn btn-link btn-sm" title=${texts.notes.convertHint} onClick=${onConvert}>${texts.notes.convert}</button>`}
    </p>
  </li>`;
}
