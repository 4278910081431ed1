// The icon and the name of each kind of message, and its one line in the list.
import { plain } from "../lib/rich_text.js";
import { texts, wordFor } from "../lib/texts.js";

/** @import { IconName } from "./icon.js" */

/** @type {Record<string, IconName>} */
const ICONS = {
  image: "image",
  audio: "mic",
  video: "video",
  document: "file",
  sticker: "sticker",
  location: "pin",
  contacts: "contact",
  button: "reply",
  interactive: "reply",
  reaction: "smile",
  order: "cart",
  system: "alert",
  template: "layout",
  request_welcome: "smile",
  unsupported: "question",
  edit: "edit",
  revoke: "ban",
  revoked: "ban",
};
// Their text is data for a card; in one line the word says more.
const NAMED_ONLY = new Set(["order", "sticker"]);
const COORDINATES = /(?:^|, )-?\d+(?:\.\d+)?, -?\d+(?:\.\d+)?$/;

/** @param {string} kind */
export function kindIcon(kind) {
  return wordFor(ICONS, kind) ?? (kind === "text" ? null : "question");
}

/** @param {string} kind */
export function kindName(kind) {
  return wordFor(texts.kinds, kind) ?? texts.kinds.other;
}

/**
 * What a message says in one line: its own words where it has some, else the name of its kind.
 * @param {{ kind: string, text: string }} message
 */
export function previewText({ kind, text }) {
  if (NAMED_ONLY.has(kind)) return kindName(kind);
  if (kind === "location") return text.replace(COORDINATES, "") || kindName(kind);
  if (kind === "contacts") return text.split("\n").map(nameOnCard).join(", ") || kindName(kind);
  return plain(text) || kindName(kind);
}

/**
 * The name on a shared contact's card, which is one line: name, company, numbers, addresses.
 * @param {string} line
 */
export function nameOnCard(line) {
  return line.split(", ")[0];
}
