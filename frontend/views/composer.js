// Where staff write, with what is about to go with it. Says why when nothing can be sent.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { minutesText } from "../lib/pause.js";
import { texts } from "../lib/texts.js";
import { clockTime } from "../lib/times.js";
import { AttachmentPreview, AttachmentQueue } from "./attach.js";
import { ComposerForm, mostCharacters } from "./composer_form.js";
import { Quote } from "./context.js";
import { Icon } from "./icon.js";
import { lazy, nothing } from "./lazy.js";

const Recorder = lazy(async () => (await import("./recorder.js")).Recorder, { styles: ["recorder"], Waiting: nothing });

/**
 * @import { Attachment, Conversation, Quoted, RepliesState } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 *
 * @typedef {{ reason: "blocked" | "opted_out" | "window" | "viewer", icon: IconName, title: string, hint: string }} Obstacle
 *
 * @typedef {object} ComposerActions
 * @property {(text: string) => void} draft
 * @property {(text: string) => void} send
 * @property {(text: string) => void} sendAndPause
 * @property {(files: File[]) => void} attach
 * @property {(attachment: Attachment) => void} sendVoice
 * @property {(attachment: Attachment) => void} hold  takes what was recorded in beside what is attached
 * @property {(attachment: Attachment) => void} detach
 * @property {(attachment: Attachment, text: string) => void} caption
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
 * @param {Attachment[]} props.attachments
 * @param {Quoted | null} props.quoted  the message that is being answered
 * @param {RepliesState} props.replies
 * @param {number} props.pauseMinutes  for which the assistant pauses after a message of staff, 0: it does not
 * @param {ComposerActions} props.on
 */
export function Composer({ conversation, obstacle, draft, attachments, quoted, replies, pauseMinutes, on }) {
  const [shown, setShown] = useState(/** @type {string | null} */ (null)); // the address of the file that is written below
  const attachment = attachments.find(({ url }) => url === shown) ?? attachments[0] ?? null;
  const text = attachment && attachment !== attachments[0] ? attachment.caption : draft;
  const [recording, setRecording] = useState(false);
  if (obstacle) return html`<${Closed} obstacle=${obstacle} on=${on} />`;
  return html`<div class="composer-frame">
    <${Hints} conversation=${conversation} text=${text} attachment=${attachment} pauseMinutes=${pauseMinutes} onPause=${on.pause} />
    ${quoted && html`<${Answering} quoted=${quoted} onEnd=${on.unquote} />`}
    ${attachments.length > 1 && html`<${AttachmentQueue} attachments=${attachments} shown=${attachment} onShow=${setShown} />`}
    ${attachment && html`<${AttachmentPreview} key=${attachment.url} attachment=${attachment} onRemove=${() => on.detach(attachment)} />`}
    ${recording && html`<${Recorder} onSend=${on.sendVoice} onKeep=${on.hold} onClose=${() => setRecording(false)} />`}
    ${
      !recording &&
      html`<${ComposerForm}
      draft=${draft}
      text=${text}
      attachment=${attachment}
      attachments=${attachments}
      quoted=${quoted}
      replies=${replies}
      onShow=${setShown}
      onRecord=${() => setRecording(true)}
      on=${on}
    />`
    }
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

/**
 * What keeps somebody from writing who may only look.
 * @returns {Obstacle}
 */
export function readOnly() {
  return { reason: "viewer", icon: "person", title: texts.composer.readOnly, hint: texts.composer.readOnlyHint };
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

/** @param {{ conversation: Conversation, text: string, attachment: Attachment | null, pauseMinutes: number, onPause: () => void }} props */
function Hints({ conversation, text, attachment, pauseMinutes, onPause }) {
  const { paused, window_closes_at: closes } = conversation;
  const remaining = mostCharacters(attachment) - text.length;
  return html`<div class="composer-hints">
    ${closes && Date.parse(closes) - Date.now() < CLOSES_SOON_MS && html`<p><${Icon} name="clock" />${texts.composer.closesIn(clockTime(closes))}</p>`}
    ${
      (text.trim() || attachment) &&
      !paused &&
      html`<p>
        <${Icon} name="spark" />${pauseMinutes ? texts.composer.assistantPauses(minutesText(pauseMinutes)) : texts.composer.assistantStays}
        <button type="button" class="btn btn-link btn-sm" onClick=${onPause}>${texts.composer.pauseFirst}</button>
      </p>`
    }
    ${remaining < NEAR_MAX && attachment?.kind !== "audio" && html`<p>${texts.composer.remaining(remaining)}</p>`}
  </div>`;
}
