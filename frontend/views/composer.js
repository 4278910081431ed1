// Where staff write, with what is about to go with it. Says why when nothing can be sent.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { clockTime } from "../lib/times.js";
import { AttachmentPreview } from "./attach.js";
import { ComposerForm, mostCharacters } from "./composer_form.js";
import { Quote } from "./context.js";
import { Icon } from "./icon.js";

/**
 * @import { Attachment, Conversation, Quoted, RepliesState } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 *
 * @typedef {{ reason: "blocked" | "opted_out" | "window", icon: IconName, title: string, hint: string }} Obstacle
 *
 * @typedef {object} ComposerActions
 * @property {(text: string) => void} draft
 * @property {(text: string) => void} send
 * @property {(text: string) => void} sendAndPause
 * @property {(files: File[]) => void} attach
 * @property {() => void} unquote
 * @property {() => void} loadReplies
 * @property {(text: string) => Promise<string>} fillReply  puts in what is known of the customer
 * @property {() => void} pause
 * @property {() => void} unblock
 * @property {() => void} chooseTemplate
 * @property {() => void} note
 */

const NEAR_MAX = 400;
const CLOSES_SOON_MS = 2 * 3_600_000;

/**
 * @param {object} props
 * @param {Conversation} props.conversation
 * @param {Obstacle | null} props.obstacle
 * @param {string} props.draft
 * @param {Attachment | null} props.attachment
 * @param {Quoted | null} props.quoted  the message that is being answered
 * @param {RepliesState} props.replies
 * @param {ComposerActions} props.on
 */
export function Composer({ conversation, obstacle, draft, attachment, quoted, replies, on }) {
  if (obstacle) return html`<${Closed} obstacle=${obstacle} on=${on} />`;
  return html`<div class="composer-frame">
    <${Hints} conversation=${conversation} draft=${draft} attachment=${attachment} onPause=${on.pause} />
    ${quoted && html`<${Answering} quoted=${quoted} onEnd=${on.unquote} />`}
    ${attachment && html`<${AttachmentPreview} attachment=${attachment} onRemove=${() => on.attach([])} />`}
    <${ComposerForm} draft=${draft} attachment=${attachment} quoted=${quoted} replies=${replies} on=${on} />
  </div>`;
}

/**
 * Why nothing can be sent, or null.
 * @param {Conversation} conversation
 * @param {boolean} windowClosed
 * @param {Date} now
 * @returns {Obstacle | null}
 */
export function obstacleTo({ blocked, opted_out: optedOut, window_closes_at: closes }, windowClosed, now) {
  const { composer } = texts;
  if (blocked) return { reason: "blocked", icon: "ban", title: composer.blocked, hint: composer.blockedHint };
  if (optedOut) return { reason: "opted_out", icon: "ban", title: composer.optedOut, hint: composer.optedOutHint };
  if (windowClosed || !closes || new Date(closes) <= now)
    return { reason: "window", icon: "clock", title: composer.windowClosed, hint: composer.windowClosedHint };
  return null;
}

/** @param {{ obstacle: Obstacle, on: ComposerActions }} props */
function Closed({ obstacle, on }) {
  const { reason, icon, title, hint } = obstacle;
  return html`<div class=${`composer-closed composer-closed-${reason}`} role="status" data-testid="composer-closed">
    <span class="composer-closed-icon"><${Icon} name=${icon} /></span>
    <p><strong>${title}</strong> <span>${hint}</span></p>
    ${
      reason === "window" &&
      html`<button type="button" class="btn btn-primary" data-testid="choose-template" onClick=${on.chooseTemplate}>
        <${Icon} name="layout" />${texts.composer.chooseTemplate}
      </button>`
    }
    ${
      reason === "blocked" &&
      html`<button type="button" class="btn btn-quiet" onClick=${on.unblock}>${texts.composer.unblock}</button>`
    }
  </div>`;
}

/** @param {{ quoted: Quoted, onEnd: () => void }} props */
function Answering({ quoted, onEnd }) {
  return html`<section class="answering" aria-label=${texts.composer.answering} data-testid="answering">
    <${Quote} quoted=${quoted} onShow=${null} />
    <button type="button" class="icon-button" aria-label=${texts.composer.noQuote} onClick=${onEnd}><${Icon} name="close" /></button>
  </section>`;
}

/** @param {{ conversation: Conversation, draft: string, attachment: Attachment | null, onPause: () => void }} props */
function Hints({ conversation, draft, attachment, onPause }) {
  const { paused, window_closes_at: closes } = conversation;
  const remaining = mostCharacters(attachment) - draft.length;
  return html`<div class="composer-hints">
    ${closes && Date.parse(closes) - Date.now() < CLOSES_SOON_MS && html`<p><${Icon} name="clock" />${texts.composer.closesIn(clockTime(closes))}</p>`}
    ${
      (draft.trim() || attachment) &&
      !paused &&
      html`<p>
        <${Icon} name="spark" />${texts.composer.assistantActive}
        <button type="button" class="btn btn-link btn-sm" onClick=${onPause}>${texts.composer.pauseFirst}</button>
      </p>`
    }
    ${remaining < NEAR_MAX && attachment?.kind !== "audio" && html`<p>${texts.composer.remaining(remaining)}</p>`}
  </div>`;
}
