// Canned replies: which of them a search finds, and their texts with what is known of the customer. Pure functions.
import { wordsOf } from "./search.js";

/**
 * @import { Conversation, Me, Profile, Reply } from "../data/types.js"
 * @typedef {{ start: number, end: number, word: string }} Asked  a slash and the word after it, in the field
 * @typedef {{ profile?: Profile, business: string, me: string }} Known
 */

const ASKED = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
const GAP = /\{([a-z][a-z0-9_]*)\}/;
const GAPS = new RegExp(GAP, "g");
const MAX_ASKED = 30;

/**
 * What a slash before the caret asks for, or null.
 * @param {string} text
 * @param {number} caret
 * @returns {Asked | null}
 */
export function askedAt(text, caret) {
  const word = ASKED.exec(text.slice(0, caret))?.[1];
  if (word === undefined || word.length > MAX_ASKED) return null;
  return { start: caret - word.length - 1, end: caret, word };
}

/**
 * The replies that a word finds: those whose shortcut begins with it, then those in which one begins with it.
 * @param {Reply[]} replies
 * @param {string} word
 */
export function matchingReplies(replies, word) {
  const wanted = word.toLowerCase();
  const first = replies.filter(({ shortcut }) => shortcut.startsWith(wanted));
  const others = replies.filter(
    (reply) => !first.includes(reply) && wordsOf(`${reply.shortcut} ${reply.text}`).some((each) => each.startsWith(wanted)),
  );
  return [...first, ...others];
}

/**
 * A reply's text with what is known; what is not known stays as it is, in braces.
 * @param {string} text
 * @param {Record<string, string>} values
 */
export function filledIn(text, values) {
  return text.replaceAll(GAPS, (gap, name) => (Object.hasOwn(values, name) && values[name]) || gap);
}

/**
 * The first gap that nothing fills, or null.
 * @param {string} text
 */
export function gapIn(text) {
  const found = GAP.exec(text);
  return found && { start: found.index, end: found.index + found[0].length, text: found[0] };
}

/**
 * What gaps can be filled with: every field of the contact by its name, and who writes to whom.
 * @param {Known} known
 * @returns {Record<string, string>}
 */
export function knownValues({ profile, business, me }) {
  const fields = Object.fromEntries((profile?.fields ?? []).map(({ name, value }) => [name, value ?? ""]));
  const whole = [fields.first_name, fields.last_name].filter(Boolean).join(" ");
  return { ...fields, name: whole || (profile?.whatsapp_name ?? ""), business, me };
}
