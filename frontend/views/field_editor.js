// A field of the contact card while it is changed: Enter saves, Escape puts the value back and keeps what was typed.
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { errorText, fieldErrorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime } from "../lib/times.js";
import { Icon } from "./icon.js";

/**
 * @import { Edit, ProfileField } from "../data/types.js"
 * @import { FieldActions } from "./contact_field.js"
 */

const MAX_LENGTH = 120;
/** @type {Partial<Record<ProfileField["type"], string>>} */
const INPUT_TYPES = { email: "email", phone: "tel", date: "date" };

/** @param {{ field: ProfileField, edit: Edit, label: string, on: FieldActions }} props */
export function FieldEditor({ field, edit, label, on }) {
  const { value } = edit;
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {unknown} */ (null));
  const noteId = useId();
  const theirs = changedSince(field, edit);
  const error = refusalText(refusal, field);
  useLayoutEffect(() => focusOn(form.current), []);

  /** @param {Edit} wanted */
  async function save(wanted) {
    if (wanted.value.trim() === (field.value ?? "")) return on.edit(null);
    setSaving(true);
    setRefusal(null);
    try {
      await on.save(wanted);
    } catch (problem) {
      setRefusal(problem);
    }
    return setSaving(false);
  }

  /** @param {Event} event */
  function onSubmit(event) {
    event.preventDefault();
    if (!theirs && !saving) save(edit);
  }

  function close() {
    on.edit(value.trim() === (field.value ?? "") ? null : { ...edit, open: false });
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  }

  return html`<form class="fact-form" ref=${form} novalidate onSubmit=${onSubmit} onKeyDown=${onKeyDown}>
    <${Control} field=${field} value=${value} label=${label} error=${error} noteId=${noteId} onChange=${(/** @type {string} */ typed) => on.edit({ ...edit, value: typed })} />
    ${
      !theirs &&
      html`<button type="submit" class="fact-button" aria-label=${texts.save} title=${texts.save} disabled=${saving}><${Icon} name="tick" /></button>
        <button type="button" class="fact-button" aria-label=${texts.cancel} title=${texts.cancel} onClick=${close}><${Icon} name="close" /></button>`
    }
    ${error && !theirs && html`<p class="invalid-feedback" id=${noteId} role="alert">${error}</p>`}
    ${
      theirs &&
      html`<${Collision}
        field=${field}
        mine=${value}
        saving=${saving}
        onMine=${() => save({ ...edit, seen: theirs })}
        onTheirs=${() => on.edit(null)}
      />`
    }
  </form>`;
}

/**
 * @param {object} props
 * @param {ProfileField} props.field
 * @param {string} props.value
 * @param {string} props.label
 * @param {string | undefined} props.error
 * @param {string} props.noteId
 * @param {(value: string) => void} props.onChange
 */
function Control({ field, value, label, error, noteId, onChange }) {
  const { name, type, choices } = field;
  const control = {
    name,
    value,
    "aria-label": label,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": error ? noteId : undefined,
    autocomplete: "off", // the browser knows the details of staff, not of the customer
    onInput: (/** @type {{ currentTarget: HTMLInputElement | HTMLSelectElement }} */ { currentTarget }) => onChange(currentTarget.value),
  };
  if (type !== "choice")
    return html`<input
      type=${INPUT_TYPES[type] ?? "text"}
      inputmode=${type === "number" ? "decimal" : undefined}
      class=${`form-control ${error ? "is-invalid" : ""}`}
      maxlength=${MAX_LENGTH}
      dir="auto"
      ...${control}
    />`;
  // A choice that the business offers no more stays as it is until somebody picks another one.
  const offered = value && !choices.includes(value) ? [value, ...choices] : choices;
  return html`<select class=${`form-select ${error ? "is-invalid" : ""}`} ...${control}>
    <option value=""></option>
    ${offered.map((choice) => html`<option key=${choice} value=${choice}>${choice}</option>`)}
  </select>`;
}

// Somebody else changed the field meanwhile: both are shown, and the reader decides.
/**
 * @param {object} props
 * @param {ProfileField} props.field
 * @param {string} props.mine
 * @param {boolean} props.saving
 * @param {() => void} props.onMine
 * @param {() => void} props.onTheirs
 */
function Collision({ field, mine, saving, onMine, onTheirs }) {
  const { value, author, updated_at: at } = field;
  const who = personName(author) || texts.contact.assistant;
  return html`<div class="fact-collision" role="alert" data-testid="collision">
    <p title=${at ? fullTime(at) : ""}>${value ? texts.contact.theyWrote(who) : texts.contact.theyCleared(who)} ${value && html`<bdi><strong>${value}</strong></bdi>`}</p>
    <p>${mine.trim() ? texts.contact.youWrite : texts.contact.youClear} ${mine.trim() && html`<bdi><strong>${mine}</strong></bdi>`}</p>
    <span class="fact-choices">
      <button type="button" class="btn btn-primary btn-sm" disabled=${saving} onClick=${onMine}>${texts.contact.keepMine}</button>
      <button type="button" class="btn btn-quiet btn-sm" disabled=${saving} onClick=${onTheirs}>${texts.contact.keepTheirs}</button>
    </span>
  </div>`;
}

/**
 * When the field changed to another value after the edit began; null if it did not.
 * @param {ProfileField} field
 * @param {Edit} edit
 */
function changedSince({ value, updated_at: at, suggestion }, { value: mine, seen }) {
  const changes = [at, suggestion?.at].filter((each) => each && each > seen).sort();
  return (changes.length && mine.trim() !== (value ?? "") && changes.at(-1)) || null;
}

/**
 * @param {unknown} refusal
 * @param {ProfileField} field
 */
function refusalText(refusal, { name, type }) {
  if (!refusal) return undefined;
  const error = fieldErrorText(refusal, name);
  return (error && (wordFor(texts.valueErrors, type) ?? error)) || errorText(refusal);
}

/** @param {HTMLFormElement | null} form */
function focusOn(form) {
  const control = form?.querySelector("input, select");
  if (!(control instanceof HTMLElement)) return;
  control.focus();
  if (control instanceof HTMLInputElement && control.type !== "date") control.select();
}
