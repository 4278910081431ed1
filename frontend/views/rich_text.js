// WhatsApp's formatting and links as elements; all the rest is text.
import { useMemo } from "preact/hooks";
import { html } from "../lib/html.js";
import { addressOf, parse } from "../lib/rich_text.js";

/**
 * @import { VNode } from "preact"
 * @import { RichNode } from "../lib/rich_text.js"
 */

/** @param {{ text: string }} props */
export function RichText({ text }) {
  return useMemo(() => html`<span class="rich-text">${parse(text).map(element)}</span>`, [text]);
}

/**
 * @param {RichNode} node
 * @returns {string | VNode | VNode[]}
 */
function element(node) {
  if (typeof node === "string") return node;
  switch (node.kind) {
    case "bold":
      return html`<strong>${node.children.map(element)}</strong>`;
    case "italic":
      return html`<em>${node.children.map(element)}</em>`;
    case "strike":
      return html`<s>${node.children.map(element)}</s>`;
    case "link":
      return html`<a href=${addressOf(node.text)} target="_blank" rel="noopener noreferrer nofollow">${node.text}</a>`;
    default:
      return html`<code class=${`code-${node.kind}`}>${node.text}</code>`;
  }
}
