// The product's mark.
import { html } from "../lib/html.js";

// Beside this module, whatever version stands in its address.
const MARK = new URL("../icon.svg", import.meta.url).href;

/** @param {{ size: number }} props  in pixels */
export function BrandMark({ size }) {
  return html`<img class="brand-mark" src=${MARK} alt="" width=${size} height=${size} />`;
}
