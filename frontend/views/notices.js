// What is wrong with the service as a whole, above everything.
import { html } from "../lib/html.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { Notice } from "../data/types.js" */

/** @param {{ notices: Notice[] }} props */
export function Notices({ notices }) {
  return html`<div class="notices" role="alert">
    ${notices.map(
      ({ code, message, details }) =>
        html`<p key=${code}><${Icon} name="alert" /><span>${wordFor(texts.notices, code)?.(details) ?? message}</span></p>`,
    )}
  </div>`;
}
