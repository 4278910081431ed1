// What each filter of the list shows, and in which order; the same as shared/store/selections.py.
import { awake } from "../../lib/pause.js";
import { compare } from "./order.js";

/** @import { Conversation, Filter, List, PlainFilter } from "../types.js" */

const LABEL = "label:";
const CLOSING_MS = 4 * 3_600_000;
const FAILURES = new Set(["media_failed", "send_failed", "turn_failed", "unknown_delivery"]);

/**
 * @param {string} name
 * @returns {Filter}
 */
export function labelFilter(name) {
  return `${LABEL}${name}`;
}

/**
 * The label that a filter is about, if it is about one.
 * @param {Filter} filter
 */
export function labelOf(filter) {
  return filter.startsWith(LABEL) ? filter.slice(LABEL.length) : null;
}

/**
 * @param {Conversation} conversation
 * @param {Filter} filter
 * @param {string | undefined} email  whose page it is
 * @param {Date} now
 */
export function fits(conversation, filter, email, now) {
  const label = labelOf(filter);
  if (label !== null) return conversation.labels.includes(label);
  return PLAIN[/** @type {PlainFilter} */ (filter)](conversation, email, now);
}

/** @type {Record<PlainFilter, (conversation: Conversation, email: string | undefined, now: Date) => boolean>} */
const PLAIN = {
  all: () => true,
  unread: ({ unread, marked_unread: marked }) => unread > 0 || marked,
  attention: ({ attention }) => Boolean(attention),
  unanswered: (conversation) => isUnanswered(conversation),
  mine: ({ assignee }, email) => assignee === email,
  unassigned: ({ assignee }) => assignee === null,
  failed: ({ attention }) => attention !== null && isFailure(attention.reason),
  paused: (conversation, _, now) => awake(conversation, now).paused,
  blocked: ({ blocked }) => blocked,
  closing: ({ window_closes_at: closes }, _, now) => closes !== null && isSoon(new Date(closes), now),
};

/**
 * Compares two conversations as the list orders them: who waits longest, whose window closes first, or the newest.
 * @param {List} list
 * @returns {(one: Conversation, other: Conversation) => number}
 */
export function orderOf({ filter, query }) {
  if (filter === "attention" && !query) return by(({ attention }) => attention?.at ?? "~");
  if (filter === "closing" && !query) return by(({ window_closes_at: closes }) => closes ?? "~");
  return (one, other) => compare(lastActivity(other), lastActivity(one)) || compare(one.id, other.id);
}

/** @param {Conversation} conversation */
export function isUnanswered({ last_message: last }) {
  return last?.direction === "in";
}

/**
 * Whether something did not get where it was to go.
 * @param {string} reason
 */
export function isFailure(reason) {
  return FAILURES.has(reason);
}

/**
 * @param {Date} closes
 * @param {Date} now
 */
function isSoon(closes, now) {
  const left = closes.getTime() - now.getTime();
  return left > 0 && left <= CLOSING_MS;
}

/**
 * @param {(conversation: Conversation) => string} time
 * @returns {(one: Conversation, other: Conversation) => number}
 */
function by(time) {
  return (one, other) => compare(time(one), time(other)) || compare(one.id, other.id);
}

/** @param {Conversation} conversation */
function lastActivity({ last_message: last, created_at: created }) {
  return last?.at ?? created ?? "";
}
