// What a message holds, by its kind, then its text with the time at the end of the last line.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { ContactCards, Location, Order } from "./cards.js";
import { AdCard, Quote, Tags } from "./context.js";
import { Icon } from "./icon.js";
import { kindIcon, kindName } from "./kinds.js";
import { Media } from "./media.js";
import { RichText } from "./rich_text.js";

/**
 * @import { ShownMessage } from "../data/types.js"
 * @import { VNode } from "preact"
 * @typedef {VNode | VNode[]} Markup
 * @typedef {(message: ShownMessage) => Promise<void>} RetryMedia
 */

const MEDIA_KINDS = new Set(["image", "sticker", "video", "audio", "document"]);
// These show their text in a form of their own.
/** @type {Record<string, typeof Location>} */
const CARDS = { location: Location, contacts: ContactCards, order: Order };
const CHOICES = new Set(["button", "interactive"]);
const HINTS = { unsupported: texts.bubble.unsupported, request_welcome: texts.bubble.welcome };
// A long text shows so much of itself; it is not folded for a little more.
const FOLDED_LINES = 20;
const TOLERATED_LINES = 5;
const FOLDED_CHARACTERS = 1_200;
const TOLERATED_CHARACTERS = 300;
/** @type {Record<string, string>} */
const ALONE = {
  reaction: texts.bubble.reactionAlone,
  edit: texts.bubble.editAlone,
  revoke: texts.bubble.revokeAlone,
};

/**
 * onShow goes to a message that is on the page; it is null when the quoted one is not.
 * @param {{ message: ShownMessage, meta: Markup, onRetryMedia: RetryMedia, onShow: ((id: string) => void) | null }} props
 */
export function Content({ message, meta, onRetryMedia, onShow }) {
  if (message.revoked_at) return html`<${Revoked} message=${message} meta=${meta} onRetryMedia=${onRetryMedia} />`;
  return html`<${Tags} message=${message} />
    ${message.referral && html`<${AdCard} referral=${message.referral} />`}
    ${message.quoted && html`<${Quote} quoted=${message.quoted} onShow=${onShow} />`}
    <${Body} message=${message} onRetryMedia=${onRetryMedia} />
    <${Words} message=${message} meta=${meta} />`;
}

/** @param {{ message: ShownMessage, onRetryMedia: RetryMedia }} props */
function Body({ message, onRetryMedia }) {
  const { kind, text, direction } = message;
  if (MEDIA_KINDS.has(kind)) return html`<${Media} message=${message} onRetry=${onRetryMedia} />`;
  if (Object.hasOwn(CARDS, kind) && text) return html`<${CARDS[kind]} text=${text} />`;
  // Our own message with buttons is plain words, with the buttons below it.
  if (CHOICES.has(kind)) return direction === "in" ? html`<${Chosen} text=${text} />` : null;
  if (Object.hasOwn(ALONE, kind)) return html`<${Alone} kind=${kind} text=${text} />`;
  if (kind === "text" || kind === "template") return null;
  return html`<${Explained} kind=${kind} />`;
}

// Where there are no words, the time stands alone.
/** @param {{ message: ShownMessage, meta: Markup }} props */
function Words({ message, meta }) {
  const { kind } = message;
  const text = Object.hasOwn(CARDS, kind) ? "" : message.text;
  const large = kind === "reaction" ? "bubble-text-large" : "";
  return html`<div class=${`bubble-text ${text ? "" : "bubble-text-none"} ${large}`} dir="auto">
    ${text && html`<${Folded} text=${text} />`}${meta}
  </div>`;
}

// A text of many lines shows its beginning, as on the phone.
/** @param {{ text: string }} props */
function Folded({ text }) {
  const [open, setOpen] = useState(false);
  if (open || !isLong(text)) return html`<${RichText} text=${text} />`;
  return html`<${RichText} text=${beginning(text)} />…
    <button type="button" class="btn btn-link btn-sm" data-testid="read-more" onClick=${() => setOpen(true)}>${texts.bubble.readMore}</button>`;
}

/** @param {string} text */
function isLong(text) {
  return text.length > FOLDED_CHARACTERS + TOLERATED_CHARACTERS || text.split("\n", FOLDED_LINES + TOLERATED_LINES).length === FOLDED_LINES + TOLERATED_LINES;
}

/** @param {string} text */
function beginning(text) {
  const lines = text.split("\n").slice(0, FOLDED_LINES).join("\n");
  return lines.length > FOLDED_CHARACTERS ? lines.slice(0, FOLDED_CHARACTERS).replace(/\s+\S*$/, "") : lines;
}

/** @param {{ text: string }} props */
function Chosen({ text }) {
  const isForm = text.includes("\n");
  return html`<span class="bubble-tag"><${Icon} name="reply" />${isForm ? texts.bubble.replied : texts.bubble.chose}</span>`;
}

/** @param {{ kind: string, text: string }} props */
function Alone({ kind, text }) {
  const what = kind === "reaction" && !text ? texts.bubble.reactionRemoved : ALONE[kind];
  return html`<p class="explained"><${Icon} name=${kindIcon(kind)} /><span>${what}</span></p>`;
}

/** @param {{ kind: string }} props */
function Explained({ kind }) {
  const hint = wordFor(HINTS, kind) ?? texts.bubble.other;
  const name = Object.hasOwn(texts.kinds, kind) ? kindName(kind) : texts.kinds.other;
  return html`<p class="explained"><${Icon} name=${kindIcon(kind)} /><span><strong>${name}</strong> ${hint}</span></p>`;
}

/** @param {{ message: ShownMessage, meta: Markup, onRetryMedia: RetryMedia }} props */
function Revoked({ message, meta, onRetryMedia }) {
  const [open, setOpen] = useState(false);
  const hasContent = Boolean(message.text || message.media);
  return html`<p class="explained">
      <${Icon} name="ban" /><span>${message.direction === "out" ? texts.kinds.revoke : texts.bubble.revoked}</span>
      ${
        hasContent &&
        html`<button type="button" class="btn btn-link btn-sm" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
          ${open ? texts.bubble.hideRevoked : texts.bubble.showRevoked}
        </button>`
      }
    </p>
    ${open && html`<div class="revoked"><${Body} message=${message} onRetryMedia=${onRetryMedia} /></div>`}
    <div class="bubble-text" dir="auto">${open && message.text && html`<s class="revoked-text">${message.text}</s>`}${meta}</div>`;
}
