// The form for a contact's details; only what was changed is saved.
import { useId, useState } from "preact/hooks";
import { errorText, fieldErrorText } from "../error_text.js";
import { html } from "../html.js";
import { texts, wordFor } from "../texts.js";
import { Dialog } from "./dialog.js";

const MAX_LENGTH = 120;
const MAX_NOTES_LENGTH = 4_000;

export function EditContact({ profile, onSave, onClose }) {
  const [before] = useState(() => valuesOf(profile));
  const [values, setValues] = useState(before);
  const [saving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState(null);

  async function save(event) {
    event.preventDefault();
    const changes = changesBetween(before, values);
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

  const field = (name) => ({
    name,
    value: values[name],
    error: refusal && fieldErrorText(refusal, name),
    onChange: (value) => setValues({ ...values, [name]: value }),
  });
  return html`<${Dialog} title=${texts.contact.editTitle} testId="edit-modal" onClose=${onClose}>
    <form class="edit-form" novalidate onSubmit=${save}>
      ${refusal && html`<div class="alert alert-danger" role="alert"><strong>${texts.contact.notSaved}.</strong> ${errorText(refusal)}</div>`}
      <p class="form-text">${texts.contact.empty}</p>
      <div class="edit-fields">${profile.fields.map(({ name }, index) => html`<${Field} key=${name} ...${field(name)} first=${index === 0} />`)}</div>
      <${Field} ...${field("notes")} hint=${texts.contact.notesHint} long />
      <footer class="dialog-footer">
        <button type="button" class="btn btn-quiet" onClick=${onClose}>${texts.cancel}</button>
        <button type="submit" class="btn btn-primary" disabled=${saving} data-testid="save-contact">
          ${saving ? texts.saving : texts.save}
        </button>
      </footer>
    </form>
  <//>`;
}

function Field({ name, value, error, hint, first = false, long = false, onChange }) {
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
    onInput: (event) => onChange(event.currentTarget.value),
  };
  return html`<div class="edit-field">
    <label class="form-label" for=${id}>${wordFor(texts.contact, name) ?? name}</label>
    ${long ? html`<textarea rows="3" ...${control}></textarea>` : html`<input type=${name === "email" ? "email" : "text"} ...${control} />`}
    <p class=${error ? "invalid-feedback" : "form-text"} id=${`${id}-note`}>${error ?? hint}</p>
  </div>`;
}

function valuesOf(profile) {
  const values = Object.fromEntries(profile.fields.map(({ name, value }) => [name, value ?? ""]));
  return { ...values, notes: profile.notes ?? "" };
}

function changesBetween(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => value.trim() !== before[name]);
  return Object.fromEntries(
    changed.map(([name, value]) => [name, value.trim() || (name === "notes" ? "" : null)]),
  );
}
