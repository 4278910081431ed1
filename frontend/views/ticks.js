// How far an outbound message has got.
import { html } from "../html.js";
import { texts, wordFor } from "../texts.js";
import { Icon } from "./icon.js";

const ICONS = {
  queued: "clock",
  sending: "clock",
  unknown: "question",
  accepted: "tick",
  sent: "tick",
  delivered: "ticks",
  read: "ticks",
  played: "ticks",
  failed: "alert",
};

export function Ticks({ message }) {
  const status = message.local ?? message.status;
  const label = wordFor(texts.status, status) ?? texts.status.unknown;
  return html`<span class=${`ticks ticks-${status}`} title=${label} data-testid="ticks">
    <${Icon} name=${wordFor(ICONS, status) ?? "question"} label=${label} />
  </span>`;
}
