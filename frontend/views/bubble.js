// One message: who wrote it, what it holds, when, and what became of it.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { messageKey } from "../data/state/threads.js";
import { costText } from "../lib/costs.js";
import { personName } from "../lib/names.js";
import { texts, wordFor } from "../lib/texts.js";
import { clockTime, fullTime } from "../lib/times.js";
import { BubbleMenu, useBubbleKeys } from "./bubble_menu.js";
import { Content } from "./content.js";
import { Icon } from "./icon.js";
import { NoteBubble } from "./note_bubble.js";
import { Outcome } from "./outcome.js";
import { Ticks } from "./ticks.js";

/**
 * @import { Earlier, ShownMessage } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 *
 * What can be done with a message; sendAgain and show are null where they cannot be.
 * @typedef {object} BubbleActions
 * @property {(message: ShownMessage) => void} retry
 * @property {(message: ShownMessage) => void} discard
 * @property {(message: ShownMessage) => void} cancelUpload
 * @property {((message: ShownMessage) => void) | null} sendAgain
 * @property {boolean} sentAgain  the same was sent later
 * @property {(message: ShownMessage) => Promise<void>} retryMedia
 * @property {((id: string) => void) | null} show
 * @property {((message: ShownMessage) => void) | null} reply
 * @property {((message: ShownMessage, emoji: string) => void) | null} react
 * @property {((message: ShownMessage) => void) | null} reactOtherwise  asks for any emoji
 * @property {(text: string) => void} copy
 * @property {(message: ShownMessage) => void} info
 */

/** @type {Record<string, IconName>} */
const AUTHOR_ICONS = { assistant: "spark", staff: "staff" };

/** @param {{ message: ShownMessage, first: boolean, tabStop: boolean, on: BubbleActions }} props */
export function Bubble({ message, first, tabStop, on }) {
  const [history, setHistory] = useState(false);
  const handlers = useBubbleKeys();
  const { reaction, staff_reaction: ours } = message;
  const side = message.direction === "out" ? "out" : "in";
  const key = messageKey(message);
  if (message.kind === "system") return html`<${SystemLine} message=${message} dataKey=${key} />`;
  if (message.kind === "note") return html`<${NoteBubble} message=${message} />`;
  const meta = html`<${Meta} message=${message} history=${history} onHistory=${() => setHistory(!history)} />`;
  const classes = [
    "message",
    `message-${side}`,
    first && "message-first",
    (reaction || ours?.emoji) && "message-reacted",
    message.revoked_at && "message-revoked",
    on.sentAgain && "message-sent-again",
  ];
  return html`<li class=${classes.filter(Boolean).join(" ")} data-key=${key} data-message=${message.id} tabindex=${tabStop ? 0 : -1} ...${handlers}>
    <article
      class=${`bubble bubble-${side} bubble-kind-${message.revoked_at ? "revoked" : message.kind}`}
      data-testid=${`bubble-${side}`}
      data-status=${message.local ?? message.status}
      data-author=${message.author}
    >
      ${first && side === "out" && html`<${Author} message=${message} />`}
      <${Content} message=${message} meta=${meta} onRetryMedia=${on.retryMedia} onShow=${on.show} />
      ${history && html`<${History} earlier=${message.earlier} />`}
      ${reaction && html`<${Reaction} emoji=${reaction} label=${texts.bubble.reaction(reaction)} />`}
      ${ours?.emoji && !ours.error && html`<${Reaction} emoji=${ours.emoji} label=${texts.bubbleMenu.reacted(personName(ours.author), ours.emoji)} second=${Boolean(reaction)} />`}
      <${BubbleMenu} message=${message} on=${on} />
    </article>
    ${message.choices?.length ? html`<${Choices} choices=${message.choices} />` : null}
    <${Outcome} message=${message} on=${on} />
    ${ours?.error && html`<${FailedReaction} message=${message} onReact=${on.react} />`}
  </li>`;
}

/** @param {{ message: ShownMessage, dataKey: string }} props */
function SystemLine({ message, dataKey }) {
  return html`<li class="separator" data-key=${dataKey} data-message=${message.id} data-testid="system-line">
    <span dir="auto" title=${fullTime(message.at)}>${message.text || texts.kinds.system}</span>
  </li>`;
}

/** @param {{ message: ShownMessage }} props */
function Author({ message }) {
  const icon = wordFor(AUTHOR_ICONS, message.author) ?? "alert";
  const name =
    (message.author === "staff" && personName(message.author_name)) ||
    (wordFor(texts.authors, message.author) ?? texts.authors.system);
  return html`<span class=${`bubble-author bubble-author-${message.author}`}><${Icon} name=${icon} />${name}</span>`;
}

// dir keeps the time out of the search for the text's direction.
/** @param {{ message: ShownMessage, history: boolean, onHistory: () => void }} props */
function Meta({ message, history, onHistory }) {
  return html`<span class="bubble-meta" dir="ltr">
    ${message.edited_at && html`<${Edited} message=${message} open=${history} onToggle=${onHistory} />`}
    <time datetime=${message.at} title=${about(message)}>${clockTime(message.at)}</time>
    ${message.direction === "out" && html`<${Ticks} message=${message} />`}
  </span>`;
}

// When it was written, and what it took to write it.
/** @param {ShownMessage} message */
function about({ at, usage }) {
  return usage ? `${fullTime(at)}\n${costText(usage)}` : fullTime(at);
}

/** @param {{ message: ShownMessage, open: boolean, onToggle: () => void }} props */
function Edited({ message, open, onToggle }) {
  if (!message.earlier?.length || message.revoked_at) return html`<span>${texts.bubble.edited}</span>`;
  return html`<button
    type="button"
    class="bubble-edited"
    aria-expanded=${String(open)}
    title=${texts.bubble.showHistory}
    data-testid="edited"
    onClick=${onToggle}
  >
    ${texts.bubble.edited}
  </button>`;
}

/** @param {{ earlier: Earlier[] }} props */
function History({ earlier }) {
  return html`<div class="history" data-testid="history">
    <span>${texts.bubble.history}</span>
    <ol>
      ${earlier.map(
        ({ text, until }) =>
          html`<li key=${until}><span dir="auto">${text}</span> <time datetime=${until} title=${fullTime(until)}>${texts.bubble.until(clockTime(until))}</time></li>`,
      )}
    </ol>
  </div>`;
}

/** @param {{ emoji: string, label: string, second?: boolean }} props */
function Reaction({ emoji, label, second = false }) {
  return html`<span class=${`reaction ${second ? "reaction-second" : ""}`} role="img" aria-label=${label} title=${label} data-testid="reaction">${emoji}</span>`;
}

/** @param {{ message: ShownMessage, onReact: BubbleActions["react"] }} props */
function FailedReaction({ message, onReact }) {
  const { emoji = "", error } = message.staff_reaction ?? {};
  const why = wordFor(texts.failures, error?.code) ?? error?.message;
  return html`<p class="outcome outcome-failed" data-testid="reaction-failed">
    <${Icon} name="alert" />
    <span>
      ${texts.bubbleMenu.notReacted(emoji)}: ${why}${" "}
      ${onReact && html`<button type="button" class="btn btn-link btn-sm" onClick=${() => onReact(message, emoji)}>${texts.retry}</button>`}
    </span>
  </p>`;
}

// What the customer saw as buttons; here they only show what was offered.
/** @param {{ choices: string[] }} props */
function Choices({ choices }) {
  return html`<ul class="choices" aria-label=${texts.bubble.choices} data-testid="choices">
    ${choices.map((choice) => html`<li key=${choice} dir="auto">${choice}</li>`)}
  </ul>`;
}
