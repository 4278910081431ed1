// WhatsApp's formatting and links as elements; all the rest is text.
import { useMemo } from "preact/hooks";
import { html } from "../lib/html.js";
import { addressOf, parse } from "../lib/rich_text.js";

/**
 * @import { VNode } from "preact"
 * @import { RichNode } from "../lib/rich_text.js"
 */

/** @typedef {string | VNode | VNode[]} Drawn */

/**
 * draw makes elements of words; without it, words stay words.
 * @param {{ text: string, draw?: (words: string) => Drawn }} props
 */
export function RichText({ text, draw = itself }) {
  return useMemo(() => html`<span class="rich-text">${parse(text).map((node) => element(node, draw))}</span>`, [text, draw]);
}

/** @param {string} words */
const itself = (words) => words;

/**
 * @param {RichNode} node
 * @param {(words: string) => Drawn} draw
 * @returns {Drawn}
 */
function element(node, draw) {
  if (typeof node === "string") return draw(node);
  const inside = () => ("children" in node ? node.children.map((child) => element(child, draw)) : []);
  switch (node.kind) {
    case "bold":
      return html`<strong>${inside()}</strong>`;
    case "italic":
      return html`<em>${inside()}</em>`;
    case "strike":
      return html`<s>${inside()}</s>`;
    case "link":
      return html`<a href=${addressOf(node.text)} target="_blank" rel="noopener noreferrer nofollow">${node.text}</a>`;
    default:
      return html`<code class=${`code-${node.kind}`}>${node.text}</code>`;
  }
}
