// Who the customer is: a column on wide screens, a panel that slides over the chat on others.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { costText } from "../lib/costs.js";
import { shownName } from "../lib/names.js";
import { texts } from "../lib/texts.js";
import { Avatar } from "./avatar.js";
import { CardActions } from "./card_actions.js";
import { CardSorting } from "./card_sorting.js";
import { ContactField, telephone } from "./contact_field.js";
import { CopyButton } from "./copy.js";
import { Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { Notes } from "./notes.js";

/** @import { Actions, Card, Conversation, Edit, Label, Language, Me, Profile, ProfileField } from "../data/types.js" */

const LANGUAGES = ["it", "en", "es", "fr", "de", "pt"];

/**
 * @typedef {object} CardProps
 * @property {Conversation} conversation
 * @property {Profile | undefined} profile
 * @property {string | null | undefined} error
 * @property {Card} card
 * @property {Label[]} labels  that the business has
 * @property {Me | null} me
 * @property {Actions} actions
 */

/** @param {CardProps} props */
export function ContactCard(props) {
  const { conversation, labels, me, actions } = props;
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const close = () => actions.toggleCard(false);
  // Whatever the assistant learns changes the conversation, too.
  useEffect(() => void actions.loadProfile(conversation.id), [conversation.id, conversation.updated_at]);
  useEffect(() => {
    if (slidesOver(panel.current)) panel.current?.querySelector("button")?.focus();
  }, []);

  /** @param {string} messageId */
  function show(messageId) {
    actions.showMessage(conversation.id, messageId);
    if (slidesOver(panel.current)) close();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  }

  return html`<div class="card-backdrop" onClick=${close}></div>
    <aside class="card-panel" ref=${panel} aria-label=${texts.contact.title} data-testid="contact-card" onKeyDown=${onKeyDown}>
      <header class="card-header">
        <button type="button" class="icon-button" aria-label=${texts.close} onClick=${close}><${Icon} name="close" /></button>
        <h2>${texts.contact.title}</h2>
      </header>
      <div class="card-body" tabindex="0" role="group" aria-label=${texts.contact.title}>
        <${Person} conversation=${conversation} />
        <${CardSorting} conversation=${conversation} labels=${labels} canEdit=${mayEdit(me)} actions=${actions} />
        <${Details} ...${props} onShow=${show} />
      </div>
    </aside>`;
}

/** @param {HTMLElement | null} panel */
function slidesOver(panel) {
  return panel !== null && getComputedStyle(panel).position === "fixed";
}

/** @param {{ conversation: Conversation }} props */
function Person({ conversation }) {
  const { id, name, phone } = conversation;
  return html`<div class="card-person">
    <${Avatar} id=${id} name=${name} />
    <strong dir="auto">${shownName(conversation)}</strong>
    ${phone && phone !== name && html`<span>${phone}</span>`}
  </div>`;
}

/** @param {CardProps & { onShow: (messageId: string) => void }} props  onShow goes to a message */
function Details(props) {
  const { conversation, profile, error, card, me, actions } = props;
  const { id } = conversation;
  const canEdit = mayEdit(me);
  if (!profile)
    return error
      ? html`<${Failed} title=${texts.contact.failed} error=${error} onRetry=${() => actions.loadProfile(id)} />`
      : html`<${Loading} />`;
  return html`<${Notes}
      card=${card}
      profile=${profile}
      me=${me}
      canEdit=${canEdit}
      on=${{
        edit: (/** @type {Card["note"]} */ draft) => actions.editNote(id, draft),
        add: () => actions.addNote(id),
        remove: (/** @type {string} */ noteId) => actions.deleteNote(id, noteId),
        convert: () => actions.convertNotes(id),
        more: () => actions.loadNotes(id, { more: true }),
      }}
    />
    <section>
      <h3>${texts.contact.details}</h3>
      <dl>
        ${profile.fields.map((field) => html`<${ContactField} key=${field.name} field=${field} seen=${profile.updated_at} edit=${card.edits[field.name]} canEdit=${canEdit} on=${fieldActions(props, field)} />`)}
      </dl>
    </section>
    <section>
      <h3>${texts.contact.channel}</h3>
      <dl>
        <${Phone} phone=${profile.phone} />
        <${Fact} name="whatsapp_name" value=${profile.whatsapp_name} />
        <${Fact} name="username" value=${profile.username} />
        <${LanguageFact} conversation=${conversation} canEdit=${canEdit} actions=${actions} />
      </dl>
    </section>
    <section>
      <h3>${texts.contact.conversation}</h3>
      ${profile.usage && html`<p class="card-quiet card-cost" data-testid="cost">${costText(profile.usage)}</p>`}
      ${canEdit && html`<${CardActions} conversation=${conversation} me=${me} actions=${actions} />`}
    </section>`;
}

/**
 * @param {CardProps & { onShow: (messageId: string) => void }} props
 * @param {ProfileField} field
 */
function fieldActions({ conversation, actions, onShow }, { name }) {
  const { id } = conversation;
  return {
    edit: (/** @type {Edit | null} */ edit) => actions.editField(id, name, edit),
    save: (/** @type {Edit} */ edit) => actions.saveField(id, name, edit),
    settle: (/** @type {string | null} */ value) => actions.settleSuggestion(id, name, value),
    show: onShow,
  };
}

/** @param {{ phone: string | null }} props */
function Phone({ phone }) {
  if (!phone) return null;
  return html`<div class="fact" data-field="phone">
    <dt>${texts.contactFields.phone}</dt>
    <dd><span class="fact-line"><a class="fact-value" href=${telephone(phone)}><bdi>${phone}</bdi></a><${CopyButton} text=${phone} /></span></dd>
  </div>`;
}

/** @param {{ name: keyof typeof texts.contactFields, value: string | null | undefined }} props */
function Fact({ name, value }) {
  if (!value) return null;
  return html`<div class="fact" data-field=${name}>
    <dt>${texts.contactFields[name]}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

// The language of the fixed texts; the assistant answers in whichever the customer writes.
/** @param {{ conversation: Conversation, canEdit: boolean, actions: Actions }} props */
function LanguageFact({ conversation, canEdit, actions }) {
  const { id, language } = conversation;
  if (!canEdit) return html`<${Fact} name="language" value=${languageName(language)} />`;
  // A language that the product has no texts in stays as it is until somebody picks another one.
  const offered = language && !LANGUAGES.includes(language) ? [language, ...LANGUAGES] : LANGUAGES;
  return html`<div class="fact" data-field="language">
    <dt><label for="card-language">${texts.contactFields.language}</label></dt>
    <dd>
      <select
        id="card-language"
        class="fact-select"
        value=${language ?? ""}
        onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) =>
          actions.sort([id], { language: /** @type {Language | null} */ (currentTarget.value || null) }, texts.saved)}
      >
        <option value="">${texts.contact.noLanguage}</option>
        ${offered.map((code) => html`<option key=${code} value=${code}>${languageName(code)}</option>`)}
      </select>
    </dd>
  </div>`;
}

/** @param {Me | null} me */
function mayEdit(me) {
  return me?.role !== "viewer";
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
