// The form for a contact's details; only what was changed is saved.
import { useId, useState } from "preact/hooks";
import { errorText, fieldErrorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { labelOf } from "./contact_field.js";
import { Dialog } from "./dialog.js";

/**
 * @import { Profile, ProfileChanges, ProfileField } from "../data/types.js"
 * @typedef {Record<string, string>} Values  by field, as they stand in the form
 */

const MAX_LENGTH = 120;
const MAX_NOTES_LENGTH = 4_000;
/** @type {Pick<ProfileField, "name" | "label" | "type" | "choices">} */
const NOTES = { name: "notes", label: "", type: "text", choices: [] };
/** @type {Partial<Record<ProfileField["type"], string>>} */
const INPUT_TYPES = { email: "email", phone: "tel", date: "date" };

/** @param {{ profile: Profile, onSave: (changes: ProfileChanges) => Promise<void>, onClose: () => void }} props */
export function EditContact({ profile, onSave, onClose }) {
  const [before] = useState(() => valuesOf(profile));
  const [values, setValues] = useState(before);
  const [marked, setMarked] = useState(profile.notes_for_assistant);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {unknown} */ (null));

  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    const changes = changesBetween(before, values);
    if (marked !== profile.notes_for_assistant) changes.notes_for_assistant = marked;
    if (!Object.keys(changes).length) return onClose();
    setSaving(true);
    try {
      await onSave(changes);
      onClose();
    } catch (error) {
      setRefusal(error);
      setSaving(false);
    }
    return undefined;
  }

  /** @param {Pick<ProfileField, "name" | "label" | "type" | "choices">} field */
  const control = ({ name, label, type, choices }) => ({
    name,
    label,
    type,
    choices,
    value: values[name],
    error: errorOf(name, type),
    onChange: (/** @type {string} */ value) => setValues({ ...values, [name]: value }),
  });
  /**
   * @param {string} name
   * @param {ProfileField["type"]} type
   */
  function errorOf(name, type) {
    const error = fieldErrorText(refusal, name);
    return error && (wordFor(texts.valueErrors, type) ?? error);
  }

  return html`<${Dialog} title=${texts.contact.editTitle} testId="edit-modal" onClose=${onClose}>
    <form class="edit-form" novalidate onSubmit=${save}>
      ${Boolean(refusal) && html`<div class="alert alert-danger" role="alert"><strong>${texts.contact.notSaved}.</strong> ${errorText(refusal)}</div>`}
      <p class="form-text">${texts.contact.empty}</p>
      <div class="edit-fields">${profile.fields.map((field, index) => html`<${Field} key=${field.name} ...${control(field)} first=${index === 0} />`)}</div>
      <${Field} ...${control(NOTES)} hint=${texts.contact.notesHint} long />
      <label class="form-check edit-mark">
        <input type="checkbox" class="form-check-input" name="notes_for_assistant" checked=${marked} onChange=${() => setMarked(!marked)} />
        <span class="form-check-label">${texts.contact.notesForAssistant}<small class="form-text">${texts.contact.notesForAssistantHint}</small></span>
      </label>
      <footer class="dialog-footer">
        <button type="button" class="btn btn-quiet" onClick=${onClose}>${texts.cancel}</button>
        <button type="submit" class="btn btn-primary" disabled=${saving} data-testid="save-contact">
          ${saving ? texts.saving : texts.save}
        </button>
      </footer>
    </form>
  <//>`;
}

/**
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.label
 * @param {ProfileField["type"]} props.type
 * @param {string[]} props.choices
 * @param {string} props.value
 * @param {string} [props.error]
 * @param {string} [props.hint]
 * @param {boolean} [props.first]
 * @param {boolean} [props.long]
 * @param {(value: string) => void} props.onChange
 */
function Field({ name, label, type, choices, value, error, hint, first = false, long = false, onChange }) {
  const id = useId();
  const control = {
    id,
    name,
    value,
    class: `form-control ${error ? "is-invalid" : ""}`,
    maxlength: long ? MAX_NOTES_LENGTH : MAX_LENGTH,
    autofocus: first,
    dir: "auto",
    autocomplete: "off", // the browser knows the details of staff, not of the customer
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": `${id}-note`,
    onInput: (/** @type {{ currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }} */ event) => onChange(event.currentTarget.value),
  };
  return html`<div class="edit-field">
    <label class="form-label" for=${id}>${name === "notes" ? texts.contactFields.notes : labelOf({ name, label })}</label>
    <${Control} long=${long} type=${type} choices=${choices} control=${control} />
    <p class=${error ? "invalid-feedback" : "form-text"} id=${`${id}-note`}>${error ?? hint}</p>
  </div>`;
}

/**
 * @param {object} props
 * @param {boolean} props.long
 * @param {ProfileField["type"]} props.type
 * @param {string[]} props.choices
 * @param {Record<string, unknown> & { value: string }} props.control
 */
function Control({ long, type, choices, control }) {
  if (long) return html`<textarea rows="3" ...${control}></textarea>`;
  if (type !== "choice") return html`<input type=${INPUT_TYPES[type] ?? "text"} inputmode=${type === "number" ? "decimal" : undefined} ...${control} />`;
  // A choice that the business offers no more stays as it is until somebody picks another one.
  const offered = control.value && !choices.includes(control.value) ? [control.value, ...choices] : choices;
  return html`<select ...${control} class=${String(control.class).replace("form-control", "form-select")}>
    <option value=""></option>
    ${offered.map((choice) => html`<option key=${choice} value=${choice}>${choice}</option>`)}
  </select>`;
}

/**
 * @param {Profile} profile
 * @returns {Values}
 */
function valuesOf(profile) {
  const values = Object.fromEntries(profile.fields.map(({ name, value }) => [name, value ?? ""]));
  return { ...values, notes: profile.notes ?? "" };
}

/**
 * @param {Values} before
 * @param {Values} after
 * @returns {ProfileChanges}
 */
function changesBetween(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => value.trim() !== before[name]);
  return Object.fromEntries(
    changed.map(([name, value]) => [name, value.trim() || (name === "notes" ? "" : null)]),
  );
}
