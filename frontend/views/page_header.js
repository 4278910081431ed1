// The head of a page in place of the conversations: the way back, its title and what it offers.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { ComponentChildren } from "preact" */

/** @param {{ title: string, children?: ComponentChildren }} props */
export function PageHeader({ title, children }) {
  return html`<header class="settings-header">
    <a class="icon-button" href="#/" aria-label=${texts.back}><${Icon} name="back" /></a>
    <h1>${title}</h1>
    ${children}
  </header>`;
}
