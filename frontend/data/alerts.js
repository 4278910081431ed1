// What in the changes is worth calling somebody for. Pure, but for the note of what was called for already.

/** @import { Conversation } from "./types.js" */

// A customer's message bears the time of their phone, and may take its while.
const LATE_MS = 60_000;
const KEY = "alerted";
const KEPT = 50;

/**
 * attention: the mark is new; own and paused: a customer's message that the assistant may not answer alone.
 * @typedef {"attention" | "own" | "paused"} AlertReason
 * @typedef {{ reason: AlertReason, conversation: Conversation, key: string }} Alert  key: the same for the same event
 * @typedef {Record<string, Conversation>} Conversations
 */

/**
 * The alerts between two states of the conversations.
 * @param {Conversations} before
 * @param {Conversations} after
 * @param {{ email: string, since: string }} whose  since: when this page was loaded, ISO 8601
 * @returns {Alert[]}
 */
export function alertsBetween(before, after, { email, since }) {
  const earliest = Date.parse(since) - LATE_MS;
  return Object.values(after)
    .filter((conversation) => conversation !== before[conversation.id])
    .flatMap((conversation) => alertFor(before[conversation.id], conversation, email, earliest) ?? []);
}

/**
 * @param {Conversation | undefined} before
 * @param {Conversation} after
 * @param {string} email
 * @param {number} earliest  what happened before is no news, even where it was not known
 * @returns {Alert | null}
 */
function alertFor(before, after, email, earliest) {
  const { id, attention, unread, last_message: last, paused, blocked, assignee } = after;
  const isNews = (/** @type {string} */ at) => Date.parse(at) > earliest;
  if (attention && attention.at !== before?.attention?.at && isNews(attention.at))
    return { reason: "attention", conversation: after, key: `${id} ${attention.at}` };
  const arrived = unread > (before?.unread ?? 0) && last && isNews(last.at);
  if (!arrived || blocked) return null;
  const key = `${id} ${last.at}`;
  if (assignee && assignee === email) return { reason: "own", conversation: after, key };
  return paused ? { reason: "paused", conversation: after, key } : null;
}

/**
 * Notes an alert as given; false if another tab of this browser gave it already.
 * @param {string} key
 */
export function claim(key) {
  try {
    /** @type {string[]} */
    const given = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (given.includes(key)) return false;
    localStorage.setItem(KEY, JSON.stringify([...given, key].slice(-KEPT)));
  } catch {
    // Storage is full or forbidden: two tabs call twice.
  }
  return true;
}
