// A conversation is shown from some message to the present, or, after a jump, from one place in the past to another:
// then a gap lies below what is shown. What arrives meanwhile is kept, and shown once the gap is closed.
//
//   … older | page | gap | arrived meanwhile        jump: thread_loaded with `after`
//   … older | page + newer pages ……… | gap | …      newer_loaded
//   … older | page + newer pages ……………………… |        newer_loaded without `after`: the present
import { compare } from "./order.js";

/** @import { Gap, MessagesAnswer, ShownMessage, Thread } from "../types.js" */

/**
 * What a message is known by on the page, from before it has reached the server.
 * @param {Pick<ShownMessage, "id" | "client_message_id">} message
 */
export function messageKey(message) {
  return message.client_message_id ?? message.id;
}

/**
 * @param {ShownMessage} one
 * @param {ShownMessage} other
 */
export function inOrder(one, other) {
  return (
    compare(one.at, other.at) ||
    compare(one.created_at ?? "", other.created_at ?? "") ||
    compare(messageKey(one), messageKey(other))
  );
}

/**
 * The messages that are shown: those above the gap, if there is one.
 * @param {Thread} thread
 */
export function inSight({ messages, gap }) {
  return gap ? messages.filter((message) => inOrder(message, gap.last) <= 0) : messages;
}

/**
 * Where the gap begins after a page was loaded.
 * @param {MessagesAnswer} answer
 * @returns {Gap | null}
 */
export function gapBelow({ messages, after }) {
  const last = messages.at(-1);
  return after && last ? { after, last } : null;
}

/**
 * The gap once a page was added to what is shown and touches it.
 * @param {Thread} thread
 * @param {MessagesAnswer} answer
 */
export function gapWith({ gap }, answer) {
  if (!gap || !answer.after) return null;
  const below = gapBelow(answer);
  return below && inOrder(below.last, gap.last) > 0 ? below : gap;
}

/**
 * Which of the messages that others changed belong to what is loaded: an old one that was not read yet comes with
 * its page.
 * @param {Thread} thread
 * @param {ShownMessage[]} changed
 */
export function withinReach({ messages, before }, changed) {
  const first = messages[0];
  if (!before || !first) return changed;
  const known = new Set(messages.map(messageKey));
  return changed.filter((message) => known.has(messageKey(message)) || inOrder(message, first) > 0);
}
