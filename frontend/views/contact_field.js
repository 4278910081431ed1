// A collected field on the contact card: its value, where it comes from, what it was before, what the customer says now.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { calendarDay, fullTime } from "../lib/times.js";
import { Icon } from "./icon.js";

/** @import { FormerValue, ProfileChanges, ProfileField, Suggestion } from "../data/types.js" */

const OURS = new Set(["first_name", "last_name", "company", "email"]);

/**
 * The label of a field: ours in the reader's language, else the business's own.
 * @param {{ name: string, label: string }} field
 */
export function labelOf({ name, label }) {
  return (OURS.has(name) && wordFor(texts.contactFields, name)) || label;
}

/**
 * @param {object} props
 * @param {ProfileField} props.field
 * @param {boolean} props.missing
 * @param {(changes: ProfileChanges) => Promise<void>} props.onSave
 */
export function ContactField({ field, missing, onSave }) {
  const { name, value, source, suggestion } = field;
  return html`<div class="fact" data-field=${name}>
    <dt>${labelOf(field)}</dt>
    <dd>
      ${
        missing || !value
          ? html`<span class="missing" title=${texts.contact.missingHint}><${Icon} name="question" />${texts.contact.missing}</span>`
          : html`<bdi>${shownValue(field, value)}</bdi>`
      }
      ${
        value &&
        source &&
        html`<span class=${`source source-${source}`} title=${originOf(field)}>
          <${Icon} name=${source === "staff" ? "staff" : "spark"} />${wordFor(texts.contact.bySource, source)}
        </span>`
      }
      ${value && field.words && html`<p class="fact-note fact-words">«<bdi>${field.words}</bdi>»</p>`}
      ${field.former.length > 0 && html`<p class="fact-note" data-testid="former">${texts.contact.former(formerText(field))}</p>`}
      ${suggestion && html`<${Suggested} field=${field} suggestion=${suggestion} onSave=${onSave} />`}
    </dd>
  </div>`;
}

/** @param {{ field: ProfileField, suggestion: Suggestion, onSave: (changes: ProfileChanges) => Promise<void> }} props */
function Suggested({ field, suggestion, onSave }) {
  const [saving, setSaving] = useState(false);
  /** @param {ProfileChanges} changes */
  async function save(changes) {
    setSaving(true);
    try {
      await onSave(changes);
    } finally {
      setSaving(false);
    }
  }
  return html`<div class="fact-suggestion" data-testid="suggestion" title=${suggestion.words}>
    <span>${texts.contact.suggestion} <bdi><strong>${shownValue(field, suggestion.value)}</strong></bdi></span>
    <button type="button" class="btn btn-primary btn-sm" disabled=${saving} onClick=${() => save({ [field.name]: suggestion.value })}>
      ${texts.contact.take}
    </button>
    <button type="button" class="btn btn-quiet btn-sm" disabled=${saving} onClick=${() => save({ dismiss: [field.name] })}>
      ${texts.contact.dismiss}
    </button>
  </div>`;
}

/**
 * Who a value is from, and when it was entered or said.
 * @param {ProfileField} field
 */
function originOf({ author, updated_at: at }) {
  return [author, at && fullTime(at)].filter(Boolean).join(" · ");
}

/** @param {ProfileField} field */
function formerText(field) {
  return field.former.map((/** @type {FormerValue} */ { value }) => shownValue(field, value)).join(", ");
}

/**
 * @param {ProfileField} field
 * @param {string} value
 */
function shownValue({ type }, value) {
  return type === "date" ? calendarDay(value) : value;
}
