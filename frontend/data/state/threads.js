// The messages of each conversation that was opened.
//
// A message written here is shown at once as a local message under the client_message_id that the server will
// know it by, and gives way to the server's message as soon as one with that id arrives by whichever way:
//
//   message_written -> local "sending" --PUT answered or sync----------> the server's message
//                          |  \--window closed, opted out, given up--> message_withdrawn (back to the composer)
//                          |--no answer--> local "waiting" --message_retried--> local "sending"
//                          \--refused--> local "failed" --message_retried--> local "sending"
//
// A local message with a file also holds its attachment (see lib/files.js) and the progress of its upload, 0 to 1.
import { gapBelow, gapWith, inOrder, inSight, messageKey, withinReach } from "./gaps.js";
import { compare, replaces } from "./order.js";

/** @import { MessagesAnswer, MessageWritten, ShownMessage, State, StoreEvent, Thread } from "../types.js" */

export { messageKey };

/** @type {Thread} */
export const emptyThread = {
  messages: [],
  before: null,
  gap: null,
  loaded: false,
  loading: false,
  loadingOlder: false,
  loadingNewer: false,
  error: null,
  olderError: null,
  newerError: null,
  unreadAtOpen: 0,
  unreadFrom: null,
  windowClosed: false,
};

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceThreads(state, action) {
  switch (action.type) {
    case "thread_requested":
      return changed(state, action.conversationId, (thread) => ({
        ...thread,
        loading: true,
        error: null,
        unreadAtOpen: unread(state, action.conversationId),
        unreadFrom: null,
      }));
    case "thread_loaded":
      return changed(state, action.conversationId, (thread) => threadLoaded(thread, action.answer));
    case "thread_failed":
      return changed(state, action.conversationId, (thread) => ({ ...thread, loading: false, error: action.error }));
    case "older_requested":
      return changed(state, action.conversationId, (thread) => ({ ...thread, loadingOlder: true, olderError: null }));
    case "older_loaded":
      return changed(state, action.conversationId, (thread) => olderLoaded(thread, action.answer));
    case "older_failed":
      return changed(state, action.conversationId, (thread) => ({ ...thread, loadingOlder: false, olderError: action.error }));
    case "newer_requested":
      return changed(state, action.conversationId, (thread) => ({ ...thread, loadingNewer: true, newerError: null }));
    case "newer_loaded":
      return changed(state, action.conversationId, (thread) => newerLoaded(thread, action));
    case "newer_failed":
      return changed(state, action.conversationId, (thread) => ({ ...thread, loadingNewer: false, newerError: action.error }));
    case "changes_received":
      return changesReceived(state, action);
    case "message_received":
      return changed(state, action.conversationId, (thread) => withMessages(thread, [action.message]));
    case "message_written":
      // Who answers has read what came before.
      return changed(state, action.conversationId, (thread) => ({
        ...withMessages(thread, [localMessage(action, thread)]),
        unreadFrom: null,
      }));
    case "message_retried":
      return changed(state, action.conversationId, (thread) =>
        withLocal(thread, action.clientMessageId, { local: "sending", error: null, progress: 0 }),
      );
    case "message_waits":
      return changed(state, action.conversationId, (thread) =>
        withLocal(thread, action.clientMessageId, { local: "waiting" }),
      );
    case "upload_progressed":
      return changed(state, action.conversationId, (thread) =>
        withLocal(thread, action.clientMessageId, { progress: action.progress }),
      );
    case "message_failed":
      return changed(state, action.conversationId, (thread) =>
        withLocal(thread, action.clientMessageId, { local: "failed", error: action.error }),
      );
    case "message_withdrawn":
      return changed(state, action.conversationId, (thread) => ({
        ...without(thread, action.clientMessageId),
        windowClosed: thread.windowClosed || action.windowClosed === true,
      }));
    default:
      return state;
  }
}

/**
 * @param {Thread} thread
 * @param {MessagesAnswer} answer
 * @returns {Thread}
 */
function threadLoaded(thread, answer) {
  // After a long absence, or a jump, the page may not touch what is shown: what lies between is then fetched again.
  const known = new Set(inSight(thread).map(messageKey));
  const touches = thread.loaded && answer.messages.some((message) => known.has(messageKey(message)));
  const start = touches
    ? { ...thread, before: olderCursor(thread, answer), gap: gapWith(thread, answer) }
    : {
        ...thread,
        messages: thread.messages.filter((message) => message.local),
        before: answer.before,
        gap: gapBelow(answer),
      };
  const merged = withMessages(start, answer.messages);
  const unreadFrom = thread.gap || merged.gap ? null : firstUnread(merged);
  return { ...merged, loaded: true, loading: false, loadingNewer: false, error: null, unreadFrom };
}

/**
 * @param {Thread} thread
 * @param {MessagesAnswer} answer
 */
function olderCursor({ messages, before }, answer) {
  return inOrder(answer.messages[0], messages[0]) < 0 ? answer.before : before;
}

/** @param {Thread} thread */
function firstUnread({ messages, unreadAtOpen }) {
  const inbound = messages.filter((message) => message.direction === "in");
  const first = unreadAtOpen > 0 ? inbound.at(-Math.min(unreadAtOpen, inbound.length)) : null;
  return first ? messageKey(first) : null;
}

/**
 * @param {Thread} thread
 * @param {MessagesAnswer} answer
 * @returns {Thread}
 */
function olderLoaded(thread, answer) {
  return { ...withMessages(thread, answer.messages), before: answer.before, loadingOlder: false };
}

/**
 * @param {Thread} thread
 * @param {StoreEvent & { type: "newer_loaded" }} action
 * @returns {Thread}
 */
function newerLoaded(thread, { answer, after }) {
  if (thread.gap?.after !== after) return { ...thread, loadingNewer: false }; // somebody went elsewhere meanwhile
  return { ...withMessages(thread, answer.messages), gap: gapBelow(answer), loadingNewer: false };
}

/**
 * @param {State} state
 * @param {StoreEvent & { type: "changes_received" }} action
 * @returns {State}
 */
function changesReceived(state, { conversationId, conversations, messages }) {
  const reopened = conversations.filter(
    ({ id, window_closes_at: closes }) => state.threads[id]?.windowClosed && isOpen(closes),
  );
  const next = reopened.reduce(
    (now, { id }) => changed(now, id, (thread) => ({ ...thread, windowClosed: false })),
    state,
  );
  if (!conversationId || !messages.length) return next;
  return changed(next, conversationId, (thread) => withMessages(thread, withinReach(thread, messages)));
}

/** @param {string | null} closesAt */
function isOpen(closesAt) {
  return closesAt !== null && Date.parse(closesAt) > Date.now();
}

/**
 * @param {MessageWritten} written
 * @param {Thread} thread
 * @returns {ShownMessage}
 */
function localMessage(written, thread) {
  const { conversationId, clientMessageId, kind, text, media, attachment, quoted, authorName, at } = written;
  // A clock that is behind the server's must not put the new message above those it answers.
  const last = thread.messages.at(-1)?.at ?? "";
  return {
    id: clientMessageId,
    client_message_id: clientMessageId,
    conversation_id: conversationId,
    direction: "out",
    author: "staff",
    author_name: authorName,
    kind,
    text,
    status: "queued",
    error: null,
    media,
    attachment,
    quoted,
    progress: 0,
    at: compare(at, last) > 0 ? at : last,
    created_at: at,
    updated_at: "",
    local: "sending",
  };
}

/**
 * @param {Thread} thread
 * @param {ShownMessage[]} incoming
 * @returns {Thread}
 */
function withMessages(thread, incoming) {
  const byKey = new Map(thread.messages.map((message) => [messageKey(message), message]));
  const news = incoming.filter((message) => replaces(message, byKey.get(messageKey(message))));
  if (!news.length) return thread;
  for (const message of news) byKey.set(messageKey(message), message);
  return { ...thread, messages: [...byKey.values()].sort(inOrder) };
}

/**
 * @param {Thread} thread
 * @param {string} clientMessageId
 * @param {Partial<ShownMessage>} changes
 * @returns {Thread}
 */
function withLocal(thread, clientMessageId, changes) {
  const messages = thread.messages.map((message) =>
    message.local && message.client_message_id === clientMessageId ? { ...message, ...changes } : message,
  );
  return { ...thread, messages };
}

/**
 * @param {Thread} thread
 * @param {string} clientMessageId
 * @returns {Thread}
 */
function without(thread, clientMessageId) {
  return {
    ...thread,
    messages: thread.messages.filter(
      (message) => !(message.local && message.client_message_id === clientMessageId),
    ),
  };
}

/**
 * @param {State} state
 * @param {string} id
 */
function unread(state, id) {
  return state.conversations[id]?.unread ?? 0;
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(thread: Thread) => Thread} change
 * @returns {State}
 */
function changed(state, id, change) {
  return { ...state, threads: { ...state.threads, [id]: change(state.threads[id] ?? emptyThread) } };
}
