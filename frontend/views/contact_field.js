// A collected field on the contact card: its value, changed where it stands; where it comes from, what it was before.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { texts, wordFor } from "../lib/texts.js";
import { calendarDay, fullTime } from "../lib/times.js";
import { FieldEditor } from "./field_editor.js";
import { CopyButton } from "./copy.js";
import { Icon } from "./icon.js";

/**
 * @import { Edit, FormerValue, ProfileField, Suggestion } from "../data/types.js"
 *
 * @typedef {object} FieldActions
 * @property {(edit: Edit | null) => void} edit
 * @property {(edit: Edit) => Promise<void>} save
 * @property {(value: string | null) => Promise<void>} settle  takes what the customer says now, null dismisses it
 * @property {(messageId: string) => void} show  goes to a message
 */

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
 * @param {string} props.seen  the card's updated_at
 * @param {Edit | undefined} props.edit
 * @param {boolean} props.canEdit
 * @param {FieldActions} props.on
 */
export function ContactField({ field, seen, edit, canEdit, on }) {
  const { name, suggestion } = field;
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  const open = canEdit && edit?.open === true;
  useFocusBack(own, open);
  const begin = () => on.edit({ value: field.value ?? "", seen, open: true });
  return html`<div class="fact" data-field=${name} ref=${own}>
    <dt>${labelOf(field)}</dt>
    <dd>
      ${
        open
          ? html`<${FieldEditor} field=${field} edit=${edit} label=${labelOf(field)} on=${on} />`
          : html`<${Shown} field=${field} canEdit=${canEdit} onEdit=${begin} onShow=${on.show} />`
      }
      ${!open && edit && html`<${Unsaved} edit=${edit} on=${on} />`}
      ${field.former.length > 0 && html`<p class="fact-note" data-testid="former">${texts.contact.former(formerText(field))}</p>`}
      ${suggestion && html`<${Suggested} field=${field} suggestion=${suggestion} canEdit=${canEdit} on=${on} />`}
    </dd>
  </div>`;
}

/** @param {{ field: ProfileField, canEdit: boolean, onEdit: () => void, onShow: FieldActions["show"] }} props */
function Shown({ field, canEdit, onEdit, onShow }) {
  const { value } = field;
  if (!value) return html`<${Nothing} field=${field} canEdit=${canEdit} onEdit=${onEdit} />`;
  const href = linkOf(field, value);
  const shown = html`<bdi>${field.type === "email" ? brokenAtSign(value) : shownValue(field, value)}</bdi>`;
  return html`<span class="fact-line">
    ${
      href
        ? html`<a class="fact-value" href=${href}>${shown}</a>`
        : html`<${Changeable} canEdit=${canEdit} field=${field} onEdit=${onEdit}>${shown}<//>`
    }
    ${href && html`<${CopyButton} text=${value} />`}
    ${href && canEdit && html`<${EditButton} field=${field} onEdit=${onEdit} />`}
    <${Origin} field=${field} onShow=${onShow} />
  </span>`;
}

/** @param {{ field: ProfileField, canEdit: boolean, onEdit: () => void, children?: import("preact").ComponentChildren }} props */
function Changeable({ field, canEdit, onEdit, children }) {
  if (!canEdit) return html`<span class="fact-value">${children}</span>`;
  const label = `${texts.contact.change(labelOf(field))}: ${field.value}`;
  return html`<button type="button" class="fact-value fact-change" aria-label=${label} title=${texts.edit} data-edit onClick=${onEdit}>
    ${children}<${Icon} name="edit" />
  </button>`;
}

/** @param {{ field: ProfileField, onEdit: () => void }} props */
function EditButton({ field, onEdit }) {
  return html`<button type="button" class="fact-button" aria-label=${texts.contact.change(labelOf(field))} title=${texts.edit} data-edit onClick=${onEdit}>
    <${Icon} name="edit" />
  </button>`;
}

/** @param {{ field: ProfileField, canEdit: boolean, onEdit: () => void }} props */
function Nothing({ field, canEdit, onEdit }) {
  if (!canEdit) return html`<span class="fact-nothing">—</span>`;
  return html`<button type="button" class="fact-value fact-nothing" aria-label=${texts.contact.addField(labelOf(field))} data-edit onClick=${onEdit}>
    <span aria-hidden="true">—</span><span class="fact-add">${texts.contact.add}</span>
  </button>`;
}

// Who a value is from; where the customer said it, the message is one click away.
/** @param {{ field: ProfileField, onShow: FieldActions["show"] }} props */
function Origin({ field, onShow }) {
  const { source, message_id: messageId } = field;
  if (!source) return null;
  const about = originOf(field);
  const icon = source === "staff" ? "staff" : "spark";
  if (!messageId)
    return html`<span class=${`fact-origin fact-origin-${source}`} title=${about} data-testid="origin"><${Icon} name=${icon} label=${about} /></span>`;
  return html`<button type="button" class=${`fact-button fact-origin-${source}`} aria-label=${`${about}. ${texts.contact.goToMessage}`} title=${`${about}\n${texts.contact.goToMessage}`} data-testid="origin" onClick=${() => onShow(messageId)}>
    <${Icon} name=${icon} />
  </button>`;
}

/** @param {{ edit: Edit, on: FieldActions }} props */
function Unsaved({ edit, on }) {
  return html`<p class="fact-note fact-unsaved" data-testid="unsaved">
    <span>${texts.contact.unsaved} <bdi>«${edit.value}»</bdi></span>
    <button type="button" class="btn btn-link btn-sm" onClick=${() => on.edit({ ...edit, open: true })}>${texts.contact.resume}</button>
    <button type="button" class="btn btn-link btn-sm" onClick=${() => on.edit(null)}>${texts.contact.discard}</button>
  </p>`;
}

/** @param {{ field: ProfileField, suggestion: Suggestion, canEdit: boolean, on: FieldActions }} props */
function Suggested({ field, suggestion, canEdit, on }) {
  const [saving, setSaving] = useState(false);
  /** @param {string | null} value */
  async function settle(value) {
    setSaving(true);
    await on.settle(value);
    setSaving(false);
  }
  const { message_id: messageId, words } = suggestion;
  return html`<div class="fact-suggestion" data-testid="suggestion" title=${words}>
    <span>${texts.contact.suggestion} <bdi><strong>${shownValue(field, suggestion.value)}</strong></bdi></span>
    ${messageId && html`<button type="button" class="btn btn-link btn-sm" onClick=${() => on.show(messageId)}>${texts.contact.goToMessage}</button>`}
    ${
      canEdit &&
      html`<span class="fact-choices">
        <button type="button" class="btn btn-primary btn-sm" disabled=${saving} onClick=${() => settle(suggestion.value)}>${texts.contact.take}</button>
        <button type="button" class="btn btn-quiet btn-sm" disabled=${saving} onClick=${() => settle(null)}>${texts.contact.dismiss}</button>
      </span>`
    }
  </div>`;
}

/**
 * The focus goes back to where the value is changed once its field is closed.
 * @param {{ current: HTMLElement | null }} own
 * @param {boolean} open
 */
function useFocusBack(own, open) {
  const was = useRef(open);
  useLayoutEffect(() => {
    if (was.current && !open) /** @type {HTMLElement | null} */ (own.current?.querySelector("[data-edit]") ?? null)?.focus();
    was.current = open;
  }, [open]);
}

/**
 * Who a value is from, when it was entered or said, and in which words.
 * @param {ProfileField} field
 */
function originOf({ source, author, updated_at: at, words }) {
  const who = author ? personName(author) : source && wordFor(texts.contact.bySource, source);
  return [who, at && fullTime(at), words && `«${words}»`].filter(Boolean).join(" · ");
}

/** @param {ProfileField} field */
function formerText(field) {
  return field.former.map((/** @type {FormerValue} */ { value }) => shownValue(field, value)).join(", ");
}

/**
 * @param {Pick<ProfileField, "type">} field
 * @param {string} value
 */
export function shownValue({ type }, value) {
  return type === "date" ? calendarDay(value) : value;
}

/**
 * An address that is too long goes on with its domain in the next line, rather than with its last letter.
 * @param {string} address
 */
function brokenAtSign(address) {
  return address.split(/(?=@)/).map((part, place) => html`${place > 0 && html`<wbr />`}${part}`);
}

/**
 * The address that a value opens, if it is one.
 * @param {Pick<ProfileField, "type">} field
 * @param {string} value
 */
function linkOf({ type }, value) {
  if (type === "email") return `mailto:${encodeURIComponent(value).replace("%40", "@")}`;
  return type === "phone" ? telephone(value) : null;
}

/** @param {string} number */
export function telephone(number) {
  return `tel:${number.replace(/[^\d+]/g, "")}`;
}
