// Who the customer is: a column on wide screens, a panel that slides over the chat on others.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { costText } from "../lib/costs.js";
import { shownName } from "../lib/names.js";
import { texts } from "../lib/texts.js";
import { Avatar } from "./avatar.js";
import { ContactField } from "./contact_field.js";
import { EditContact } from "./edit_contact.js";
import { Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";

/** @import { Conversation, Profile, ProfileChanges } from "../data/types.js" */

/**
 * @param {object} props
 * @param {Conversation} props.conversation
 * @param {Profile | undefined} props.profile
 * @param {string | null | undefined} props.error
 * @param {() => void} props.onLoad
 * @param {(changes: ProfileChanges) => Promise<void>} props.onSave
 * @param {() => void} props.onClose
 */
export function ContactCard({ conversation, profile, error, onLoad, onSave, onClose }) {
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const [editing, setEditing] = useState(false);
  // Whatever the assistant learns changes the conversation, too.
  useEffect(onLoad, [conversation.id, conversation.updated_at]);
  useEffect(() => {
    if (!panel.current) return;
    const slidesOver = getComputedStyle(panel.current).position === "fixed";
    if (slidesOver) panel.current.querySelector("button")?.focus();
  }, []);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape" && !editing) onClose();
  }

  return html`<div class="card-backdrop" onClick=${onClose}></div>
    <aside class="card-panel" ref=${panel} aria-label=${texts.contact.title} data-testid="contact-card" onKeyDown=${onKeyDown}>
      <header class="card-header">
        <button type="button" class="icon-button" aria-label=${texts.close} onClick=${onClose}><${Icon} name="close" /></button>
        <h2>${texts.contact.title}</h2>
        ${
          profile &&
          html`<button type="button" class="btn btn-quiet btn-sm" data-testid="edit-contact" onClick=${() => setEditing(true)}>
            <${Icon} name="edit" />${texts.edit}
          </button>`
        }
      </header>
      <div class="card-body" tabindex="0">
        <div class="card-person">
          <${Avatar} id=${conversation.id} name=${conversation.name} large />
          <strong dir="auto">${shownName(conversation)}</strong>
          <span>${conversation.phone !== conversation.name && conversation.phone}</span>
        </div>
        <${Details} profile=${profile} error=${error} onLoad=${onLoad} onSave=${onSave} />
      </div>
      ${editing && html`<${EditContact} profile=${profile} onSave=${onSave} onClose=${() => setEditing(false)} />`}
    </aside>`;
}

/**
 * @param {object} props
 * @param {Profile | undefined} props.profile
 * @param {string | null | undefined} props.error
 * @param {() => void} props.onLoad
 * @param {(changes: ProfileChanges) => Promise<void>} props.onSave
 */
function Details({ profile, error, onLoad, onSave }) {
  if (!profile)
    return error
      ? html`<${Failed} title=${texts.contact.failed} error=${error} onRetry=${onLoad} />`
      : html`<${Loading} />`;
  return html`<section>
      <h3>${texts.contact.details}</h3>
      <dl>${profile.fields.map((field) => html`<${ContactField} key=${field.name} field=${field} missing=${profile.missing.includes(field.name)} onSave=${onSave} />`)}</dl>
    </section>
    <section>
      <h3>${texts.contact.channel}</h3>
      <dl>
        <${Fact} name="phone" value=${profile.phone} />
        <${Fact} name="whatsapp_name" value=${profile.whatsapp_name} />
        <${Fact} name="username" value=${profile.username} />
        <${Fact} name="language" value=${languageName(profile.language)} />
      </dl>
    </section>
    <section>
      <h3>${texts.contactFields.notes}</h3>
      <p class=${profile.notes ? "card-notes" : "card-notes card-quiet"} dir="auto">${profile.notes || texts.contact.noNotes}</p>
      ${profile.notes && profile.notes_for_assistant && html`<p class="card-quiet" data-testid="notes-are-read"><${Icon} name="spark" />${texts.contact.notesAreRead}</p>`}
    </section>
    ${profile.usage && html`<p class="card-quiet card-cost" data-testid="cost">${costText(profile.usage)}</p>`}`;
}

/** @param {{ name: keyof typeof texts.contactFields, value: string | null | undefined }} props */
function Fact({ name, value }) {
  if (!value) return null;
  return html`<div class="fact" data-field=${name}>
    <dt>${texts.contactFields[name]}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

/** @param {string | null} code */
function languageName(code) {
  if (!code) return null;
  try {
    return new Intl.DisplayNames(texts.locale, { type: "language" }).of(code);
  } catch {
    return code;
  }
}
