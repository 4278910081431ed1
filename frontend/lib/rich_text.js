// WhatsApp's formatting as a tree, for views/rich_text.js.

/**
 * @typedef {{ kind: "code" | "block" | "link", text: string }} Leaf
 * @typedef {{ kind: "bold" | "italic" | "strike", children: RichNode[] }} Branch
 * @typedef {string | Leaf | Branch} RichNode
 */

const BLOCK = "```(?<block>[\\s\\S]+?)```";
const CODE = "`(?<code>[^`\\n]+)`";
// A bracket at the end is the address's own when it was opened in it, as in …/Bologna_(disambigua).
const IN_LINK = "(?:\\([^\\s<>\"()]*\\)|\\[[^\\s<>\"\\[\\]]*\\]|[^\\s<>\"()\\[\\]])";
const LINK_END = "(?:\\([^\\s<>\"()]*\\)|\\[[^\\s<>\"\\[\\]]*\\]|[^\\s<>\"'.,;:!?()\\[\\]{}*_~])";
const LINK = `(?<link>\\b(?:https?:\\/\\/|www\\.)${IN_LINK}*${LINK_END})`;
// A marker opens before a word and closes after one, never inside: 2*3*4 stays as it is.
const MARKED =
  "(?<![\\p{L}\\p{N}])(?<marker>[*_~])(?=\\S)(?<marked>.+?)(?<=\\S)\\k<marker>(?![\\p{L}\\p{N}])";
const TOKENS = new RegExp([BLOCK, CODE, LINK, MARKED].join("|"), "gu");
/** @type {Record<string, Branch["kind"]>} */
const KINDS = { "*": "bold", _: "italic", "~": "strike" };
const MAX_DEPTH = 3; // one of each kind
const MAX_LENGTH = 20_000; // nothing that long comes from WhatsApp

/**
 * @param {string} text
 * @returns {RichNode[]}
 */
export function parse(text, depth = 0) {
  if (depth > MAX_DEPTH || text.length > MAX_LENGTH) return [text];
  /** @type {RichNode[]} */
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(node(match.groups ?? {}, depth));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

/**
 * @param {Record<string, string>} groups  of TOKENS
 * @param {number} depth
 * @returns {RichNode}
 */
function node({ block, code, link, marker, marked }, depth) {
  if (block !== undefined) return { kind: "block", text: block };
  if (code !== undefined) return { kind: "code", text: code };
  if (link !== undefined) return { kind: "link", text: link };
  return { kind: KINDS[marker], children: parse(marked, depth + 1) };
}

/**
 * The text without markers, for previews.
 * @param {string} text
 */
export function plain(text) {
  return parse(text).map(flat).join("").replace(/\s+/g, " ").trim();
}

/**
 * @param {RichNode} part
 * @returns {string}
 */
function flat(part) {
  if (typeof part === "string") return part;
  return "text" in part ? part.text : part.children.map(flat).join("");
}

/**
 * The address a link's text stands for; http and https only.
 * @param {string} text
 */
export function addressOf(text) {
  return /^https?:\/\//.test(text) ? text : `https://${text}`;
}
