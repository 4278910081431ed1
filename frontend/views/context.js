// What stands above a message's content: where it comes from and what it answers to.
import { html } from "../lib/html.js";
import { plain } from "../lib/rich_text.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { kindIcon, previewText } from "./kinds.js";

/** @import { Quoted as QuotedMessage, Referral, ShownMessage } from "../data/types.js" */

/** @param {{ message: ShownMessage }} props */
export function Tags({ message }) {
  const { forwarded, in_group: inGroup, template, cut } = message;
  return html`${inGroup && html`<span class="bubble-tag" data-testid="group"><${Icon} name="team" />${texts.bubble.group}</span>`}
  ${forwarded && html`<span class="bubble-tag" data-testid="forwarded"><${Icon} name="forward" />${texts.bubble.forwarded}</span>`}
  ${template && html`<span class="bubble-tag" data-testid="template-name"><${Icon} name="layout" />${texts.bubble.template(template)}</span>`}
  ${cut ? html`<span class="bubble-tag" data-testid="cut">${texts.bubble.cut(cut)}</span>` : null}`;
}

/**
 * The advertisement that brought the customer here.
 * @param {{ referral: Referral }} props
 */
export function AdCard({ referral }) {
  const { headline, body, source_type: type } = referral;
  const address = webAddress(referral.source_url);
  return html`<aside class="ad" data-testid="ad">
    <span class="ad-source"><${Icon} name="ad" />${type === "post" ? texts.bubble.post : texts.bubble.ad}</span>
    ${headline && html`<strong dir="auto">${headline}</strong>`}
    ${body && html`<span class="ad-body" dir="auto">${body}</span>`}
    ${address && html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow" title=${texts.bubble.openAd}>${hostOf(address)}</a>`}
  </aside>`;
}

// Advertisers write these: only what leads to the web is a link.
/** @param {string | null} text */
function webAddress(text) {
  return text && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;
}

/** @param {string} address */
function hostOf(address) {
  return new URL(address).host.replace(/^www\./, "");
}

/**
 * The quoted message; a button where it can be gone to.
 * @param {{ quoted: QuotedMessage, onShow: ((id: string) => void) | null }} props
 */
export function Quote({ quoted, onShow }) {
  const { id } = quoted;
  if (!id)
    return html`<p class="quote quote-missing" data-testid="quote"><${Icon} name="reply" />${texts.bubble.quotedMissing}</p>`;
  if (!onShow) return html`<div class="quote" data-testid="quote"><${Quoted} quoted=${quoted} /></div>`;
  return html`<button
    type="button"
    class="quote"
    title=${texts.bubble.goToQuoted}
    data-testid="quote"
    onClick=${() => onShow(id)}
  >
    <${Quoted} quoted=${quoted} />
  </button>`;
}

/** @param {{ quoted: QuotedMessage }} props */
function Quoted({ quoted }) {
  const { author, kind } = quoted;
  const icon = kind && kindIcon(kind);
  return html`<span class="visually-hidden">${texts.bubble.quoted} </span>
    <span class=${`quote-author quote-author-${author}`}>${wordFor(texts.authors, author) ?? texts.authors.system}</span>
    <span class="quote-text" dir="auto">${icon && html`<${Icon} name=${icon} />`}${words(quoted)}</span>`;
}

/** @param {QuotedMessage} quoted */
function words(quoted) {
  return quoted.kind ? previewText(quoted) : plain(quoted.text);
}
