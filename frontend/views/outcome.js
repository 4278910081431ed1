// What became of a message, below its bubble: only where there is something to say or to do.
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { ShownMessage } from "../data/types.js"
 * @import { BubbleActions } from "./bubble.js"
 */

/** @param {{ message: ShownMessage, on: BubbleActions }} props */
export function Outcome({ message, on }) {
  if (message.local === "failed") return html`<${LocalFailure} message=${message} on=${on} />`;
  if (message.local === "waiting") return html`<${Waiting} message=${message} on=${on} />`;
  if (message.local === "sending" && message.attachment)
    return html`<${Uploading} message=${message} onCancel=${() => on.cancelUpload(message)} />`;
  return message.direction === "out"
    ? html`<${Outbound} message=${message} onSendAgain=${on.sendAgain} sentAgain=${on.sentAgain} />`
    : html`<${Inbound} message=${message} />`;
}

/** @param {{ message: ShownMessage, onSendAgain: BubbleActions["sendAgain"], sentAgain: boolean }} props */
function Outbound({ message, onSendAgain, sentAgain }) {
  if (message.status === "failed" && sentAgain)
    return html`<p class="outcome" data-testid="sent-again"><${Icon} name="tick" />${texts.outcome.sentAgain}</p>`;
  if (message.status === "failed") return html`<${NotSent} message=${message} onSendAgain=${onSendAgain} />`;
  if (message.status === "unknown")
    return html`<p class="outcome"><${Icon} name="question" />${texts.outcome.unknownHint}</p>`;
  return null;
}

/** @param {{ message: ShownMessage }} props */
function Inbound({ message }) {
  if (message.status === "left_to_staff" && !message.revoked_at)
    return html`<p class="outcome"><${Icon} name="staff" />${texts.outcome.left_to_staff}</p>`;
  if (message.status === "failed")
    return html`<p class="outcome outcome-failed"><${Icon} name="alert" />${reason(texts.outcome.inboundFailed, message)}</p>`;
  return null;
}

/** @param {{ message: ShownMessage, onSendAgain: BubbleActions["sendAgain"] }} props */
function NotSent({ message, onSendAgain }) {
  return html`<p class="outcome outcome-failed">
    <${Icon} name="alert" />
    <span>
      ${reason(texts.outcome.notSent, message)}${" "}
      ${
        onSendAgain &&
        html`<button type="button" class="btn btn-link btn-sm" data-testid="send-again" onClick=${() => onSendAgain(message)}>
          ${texts.outcome.sendAgain}
        </button>`
      }
    </span>
  </p>`;
}

/** @param {{ message: ShownMessage, on: BubbleActions }} props */
function LocalFailure({ message, on }) {
  return html`<p class="outcome outcome-failed" role="alert">
    <${Icon} name="alert" />
    <span>
      ${reason(texts.outcome.notSent, message)}${" "}
      <button type="button" class="btn btn-link btn-sm" data-testid="retry" onClick=${() => on.retry(message)}>${texts.retry}</button>
      <button type="button" class="btn btn-link btn-sm" data-testid="discard" onClick=${() => on.discard(message)}>${texts.outcome.discard}</button>
    </span>
  </p>`;
}

/** @param {{ message: ShownMessage, on: BubbleActions }} props */
function Waiting({ message, on }) {
  return html`<p class="outcome" data-testid="waiting">
    <${Icon} name="offline" />
    <span>
      ${texts.outcome.waiting}${" "}
      <button type="button" class="btn btn-link btn-sm" data-testid="discard" onClick=${() => on.discard(message)}>${texts.outcome.discard}</button>
    </span>
  </p>`;
}

/** @param {{ message: ShownMessage, onCancel: () => void }} props */
function Uploading({ message, onCancel }) {
  const percent = Math.round((message.progress ?? 0) * 100);
  const done = percent >= 100;
  return html`<p class="outcome outcome-uploading" data-testid="uploading">
    <progress value=${percent} max="100" aria-label=${texts.outcome.uploading(percent)}></progress>
    <span>${done ? texts.outcome.processing : texts.outcome.uploading(percent)}</span>
    ${!done && html`<button type="button" class="btn btn-link btn-sm" onClick=${onCancel}>${texts.cancel}</button>`}
  </p>`;
}

/**
 * @param {string} what
 * @param {ShownMessage} message
 */
function reason(what, { error }) {
  const why = wordFor(texts.failures, error?.code) ?? error?.message;
  return why ? `${what}: ${why}` : what;
}
