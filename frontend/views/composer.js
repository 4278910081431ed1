// Where staff write: Enter sends, Shift+Enter begins a new line. Says why when nothing can be sent.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { texts } from "../texts.js";
import { clockTime } from "../times.js";
import { Icon } from "./icon.js";

const MAX_LENGTH = 4096; // WhatsApp's for a text message
const NEAR_MAX = 400;
const CLOSES_SOON_MS = 2 * 3_600_000;

export function Composer({ conversation, obstacle, draft, onDraft, onSend, onPause }) {
  if (obstacle) return html`<${Closed} ...${obstacle} />`;
  return html`<div class="composer-frame">
    <${Hints} conversation=${conversation} draft=${draft} onPause=${onPause} />
    <${Form} draft=${draft} onDraft=${onDraft} onSend=${onSend} />
  </div>`;
}

/** Why nothing can be sent, as { icon, title, hint }, or null. */
export function obstacleTo({ blocked, window_closes_at: closes }, windowClosed, now) {
  if (blocked) return { icon: "ban", title: texts.composer.blocked, hint: texts.composer.blockedHint };
  if (windowClosed || !closes || new Date(closes) <= now)
    return { icon: "clock", title: texts.composer.windowClosed, hint: texts.composer.windowClosedHint };
  return null;
}

function Closed({ icon, title, hint }) {
  return html`<div class="composer-closed" role="status" data-testid="composer-closed">
    <${Icon} name=${icon} />
    <p><strong>${title}</strong> <span>${hint}</span></p>
  </div>`;
}

function Form({ draft, onDraft, onSend }) {
  const field = useRef(null);
  useEffect(() => {
    // On a touch screen the focus would open the keyboard over the messages.
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) field.current.focus();
  }, []);

  function send(event) {
    event.preventDefault();
    const text = draft.trim();
    if (text) onSend(text);
    field.current.focus();
  }

  function onKeyDown(event) {
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  }

  return html`<form class="composer" onSubmit=${send}>
    <textarea
      ref=${field}
      rows="1"
      dir="auto"
      maxlength=${MAX_LENGTH}
      placeholder=${texts.composer.placeholder}
      aria-label=${texts.composer.label}
      value=${draft}
      data-testid="composer"
      onInput=${(event) => onDraft(event.currentTarget.value)}
      onKeyDown=${onKeyDown}
    ></textarea>
    <button type="submit" class="send-button" aria-label=${texts.composer.send} disabled=${!draft.trim()} data-testid="send">
      <${Icon} name="send" />
    </button>
  </form>`;
}

function Hints({ conversation, draft, onPause }) {
  const { paused, opted_out: optedOut, window_closes_at: closes } = conversation;
  const remaining = MAX_LENGTH - draft.length;
  return html`<div class="composer-hints">
    ${optedOut && html`<p><${Icon} name="ban" />${texts.composer.optedOut}</p>`}
    ${new Date(closes) - Date.now() < CLOSES_SOON_MS && html`<p><${Icon} name="clock" />${texts.composer.closesIn(clockTime(closes))}</p>`}
    ${
      draft.trim() &&
      !paused &&
      html`<p>
        <${Icon} name="spark" />${texts.composer.assistantActive}
        <button type="button" class="btn btn-link btn-sm" onClick=${onPause}>${texts.composer.pauseFirst}</button>
      </p>`
    }
    ${remaining < NEAR_MAX && html`<p>${texts.composer.remaining(remaining)}</p>`}
  </div>`;
}
