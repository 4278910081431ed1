// Where staff write: Enter sends, Shift+Enter begins a new line. Says why when nothing can be sent.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { clockTime } from "../lib/times.js";
import { AttachMenu, AttachmentPreview, filesPasted } from "./attach.js";
import { Quote } from "./context.js";
import { Icon } from "./icon.js";

/**
 * @import { Attachment, Conversation, Quoted } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 *
 * @typedef {{ reason: "blocked" | "opted_out" | "window", icon: IconName, title: string, hint: string }} Obstacle
 *
 * @typedef {object} ComposerActions
 * @property {(text: string) => void} draft
 * @property {(text: string) => void} send
 * @property {(files: File[]) => void} attach
 * @property {() => void} unquote
 * @property {() => void} pause
 * @property {() => void} unblock
 * @property {() => void} chooseTemplate
 */

const MAX_LENGTH = 4096; // WhatsApp's for a text message
const MAX_CAPTION_LENGTH = 1024; // WhatsApp's for the text below a file
const NEAR_MAX = 400;
const CLOSES_SOON_MS = 2 * 3_600_000;

/**
 * @param {object} props
 * @param {Conversation} props.conversation
 * @param {Obstacle | null} props.obstacle
 * @param {string} props.draft
 * @param {Attachment | null} props.attachment
 * @param {Quoted | null} props.quoted  the message that is being answered
 * @param {ComposerActions} props.on
 */
export function Composer({ conversation, obstacle, draft, attachment, quoted, on }) {
  if (obstacle) return html`<${Closed} obstacle=${obstacle} on=${on} />`;
  return html`<div class="composer-frame">
    <${Hints} conversation=${conversation} draft=${draft} attachment=${attachment} onPause=${on.pause} />
    ${quoted && html`<${Answering} quoted=${quoted} onEnd=${on.unquote} />`}
    ${attachment && html`<${AttachmentPreview} attachment=${attachment} onRemove=${() => on.attach([])} />`}
    <${Form} draft=${draft} attachment=${attachment} quoted=${quoted} on=${on} />
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

/** @param {{ draft: string, attachment: Attachment | null, quoted: Quoted | null, on: ComposerActions }} props */
function Form({ draft, attachment, quoted, on }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const isSound = attachment?.kind === "audio";
  const mostCharacters = attachment ? MAX_CAPTION_LENGTH : MAX_LENGTH;
  const isReady = attachment
    ? !attachment.problem && (isSound || draft.length <= MAX_CAPTION_LENGTH)
    : Boolean(draft.trim());
  useEffect(() => {
    // On a touch screen the focus would open the keyboard over the messages.
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) field.current?.focus();
  }, [attachment, quoted]);

  /** @param {Event} event */
  function send(event) {
    event.preventDefault();
    if (isReady) on.send(draft.trim());
    field.current?.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  }

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    const files = filesPasted(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    on.attach(files);
  }

  return html`<form class="composer" onSubmit=${send}>
    <${AttachMenu} onAttach=${on.attach} onTemplate=${on.chooseTemplate} />
    <textarea
      ref=${field}
      rows="1"
      dir="auto"
      maxlength=${mostCharacters}
      placeholder=${placeholder(attachment, isSound)}
      aria-label=${attachment && !isSound ? texts.composer.caption : texts.composer.label}
      value=${isSound ? "" : draft}
      readonly=${isSound}
      data-testid="composer"
      onInput=${(/** @type {{ currentTarget: HTMLTextAreaElement }} */ event) => on.draft(event.currentTarget.value)}
      onKeyDown=${onKeyDown}
      onPaste=${onPaste}
    ></textarea>
    <button type="submit" class="send-button" aria-label=${texts.composer.send} disabled=${!isReady} data-testid="send">
      <${Icon} name="send" />
    </button>
  </form>`;
}

/**
 * @param {Attachment | null} attachment
 * @param {boolean} isSound
 */
function placeholder(attachment, isSound) {
  if (isSound) return texts.composer.noCaption;
  return attachment ? texts.composer.caption : texts.composer.placeholder;
}

/** @param {{ conversation: Conversation, draft: string, attachment: Attachment | null, onPause: () => void }} props */
function Hints({ conversation, draft, attachment, onPause }) {
  const { paused, window_closes_at: closes } = conversation;
  const remaining = (attachment ? MAX_CAPTION_LENGTH : MAX_LENGTH) - draft.length;
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
