// WhatsApp's formatting as a tree, for views/rich_text.js: a node is a string or
// { kind: "bold" | "italic" | "strike" | "code" | "block" | "link", text, children }.

const BLOCK = "```(?<block>[\\s\\S]+?)```";
const CODE = "`(?<code>[^`\\n]+)`";
const LINK = '(?<link>\\b(?:https?:\\/\\/|www\\.)[^\\s<>"]*[^\\s<>"\'.,;:!?)\\]}*_~])';
// A marker opens before a word and closes after one, never inside: 2*3*4 stays as it is.
const MARKED =
  "(?<![\\p{L}\\p{N}])(?<marker>[*_~])(?=\\S)(?<marked>.+?)(?<=\\S)\\k<marker>(?![\\p{L}\\p{N}])";
const TOKENS = new RegExp([BLOCK, CODE, LINK, MARKED].join("|"), "gu");
const KINDS = { "*": "bold", _: "italic", "~": "strike" };
const MAX_DEPTH = 3; // one of each kind
const MAX_LENGTH = 20_000; // nothing that long comes from WhatsApp

export function parse(text, depth = 0) {
  if (depth > MAX_DEPTH || text.length > MAX_LENGTH) return [text];
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(node(match.groups, depth));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function node({ block, code, link, marker, marked }, depth) {
  if (block !== undefined) return { kind: "block", text: block };
  if (code !== undefined) return { kind: "code", text: code };
  if (link !== undefined) return { kind: "link", text: link };
  return { kind: KINDS[marker], children: parse(marked, depth + 1) };
}

/** The text without markers, for previews. */
export function plain(text) {
  const flat = (nodes) =>
    nodes.map((part) => (typeof part === "string" ? part : (part.text ?? flat(part.children)))).join("");
  return flat(parse(text)).replace(/\s+/g, " ").trim();
}

/** The address a link's text stands for; http and https only. */
export function addressOf(text) {
  return /^https?:\/\//.test(text) ? text : `https://${text}`;
}
