// How far an outbound message has got.
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { ShownMessage } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 */

/** @type {Record<string, IconName>} */
const ICONS = {
  queued: "clock",
  sending: "clock",
  waiting: "clock",
  unknown: "question",
  accepted: "tick",
  sent: "tick",
  delivered: "ticks",
  read: "ticks",
  played: "ticks",
  failed: "alert",
};

/** @param {{ message: ShownMessage }} props */
export function Ticks({ message }) {
  const status = message.local ?? message.status;
  const label = wordFor(texts.status, status) ?? texts.status.unknown;
  return html`<span class=${`ticks ticks-${status}`} title=${label} data-testid="ticks">
    <${Icon} name=${wordFor(ICONS, status) ?? "question"} label=${label} />
  </span>`;
}
