// What is read out as the heading of a part that shows its own without words.
import { html } from "../lib/html.js";
import { useNarrow } from "../lib/hooks.js";

/**
 * On a phone the page's own heading is hidden with the list, and this one takes its place.
 * @param {{ text: string }} props
 */
export function Heading({ text }) {
  return html`<p class="visually-hidden" role="heading" aria-level=${useNarrow() ? "1" : "2"}>${text}</p>`;
}
