// One message: who wrote it, what it holds, when, and what became of it.
import { html } from "../html.js";
import { messageKey } from "../state/threads.js";
import { texts, wordFor } from "../texts.js";
import { clockTime, fullTime } from "../times.js";
import { Content } from "./content.js";
import { Icon } from "./icon.js";
import { Ticks } from "./ticks.js";

const AUTHOR_ICONS = { assistant: "spark", staff: "staff" };

export function Bubble({ message, first, onRetry, onSendAgain }) {
  const side = message.direction === "out" ? "out" : "in";
  const key = messageKey(message);
  if (message.kind === "system") return html`<${SystemLine} message=${message} dataKey=${key} />`;
  return html`<li class=${`message message-${side} ${first ? "message-first" : ""}`} data-key=${key}>
    <article
      class=${`bubble bubble-${side} bubble-kind-${message.kind}`}
      data-testid=${`bubble-${side}`}
      data-status=${message.local ?? message.status}
      data-author=${message.author}
    >
      ${first && side === "out" && html`<${Author} message=${message} />`}
      <${Content} message=${message} meta=${html`<${Meta} message=${message} />`} />
    </article>
    <${Outcome} message=${message} onRetry=${onRetry} onSendAgain=${onSendAgain} />
  </li>`;
}

function SystemLine({ message, dataKey }) {
  return html`<li class="separator" data-key=${dataKey}>
    <span dir="auto" title=${fullTime(message.at)}>${message.text || texts.kinds.system}</span>
  </li>`;
}

function Author({ message }) {
  const icon = wordFor(AUTHOR_ICONS, message.author) ?? "alert";
  const name =
    (message.author === "staff" && message.author_name) ||
    (wordFor(texts.authors, message.author) ?? texts.authors.system);
  return html`<span class=${`bubble-author bubble-author-${message.author}`}><${Icon} name=${icon} />${name}</span>`;
}

// dir keeps the time out of the search for the text's direction.
function Meta({ message }) {
  return html`<span class="bubble-meta" dir="ltr">
    <time datetime=${message.at} title=${fullTime(message.at)}>${clockTime(message.at)}</time>
    ${message.direction === "out" && html`<${Ticks} message=${message} />`}
  </span>`;
}

function Outcome({ message, onRetry, onSendAgain }) {
  if (message.local === "failed") return html`<${LocalFailure} message=${message} onRetry=${onRetry} />`;
  if (message.direction === "out") {
    if (message.status === "failed")
      return html`<${NotSent} message=${message} onSendAgain=${onSendAgain} />`;
    if (message.status === "unknown")
      return html`<p class="outcome"><${Icon} name="question" />${texts.status.unknownHint}</p>`;
    return null;
  }
  if (message.status === "left_to_staff")
    return html`<p class="outcome"><${Icon} name="staff" />${texts.status.left_to_staff}</p>`;
  if (message.status === "failed")
    return html`<p class="outcome outcome-failed"><${Icon} name="alert" />${reason(texts.status.inboundFailed, message)}</p>`;
  return null;
}

function NotSent({ message, onSendAgain }) {
  return html`<p class="outcome outcome-failed">
    <${Icon} name="alert" /><span>${reason(texts.status.notSent, message)}</span>
    ${
      onSendAgain &&
      html`<button type="button" class="btn btn-link btn-sm" data-testid="send-again" onClick=${() => onSendAgain(message)}>
        ${texts.status.sendAgain}
      </button>`
    }
  </p>`;
}

function LocalFailure({ message, onRetry }) {
  return html`<p class="outcome outcome-failed" role="alert">
    <${Icon} name="alert" /><span>${reason(texts.status.notSent, message)}</span>
    <button type="button" class="btn btn-link btn-sm" data-testid="retry" onClick=${() => onRetry(message)}>${texts.retry}</button>
  </p>`;
}

function reason(what, { error }) {
  return error?.message ? `${what}: ${error.message}` : what;
}
