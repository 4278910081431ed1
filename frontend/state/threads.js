// The messages of each conversation that was opened:
//   thread = { messages (oldest first), before (cursor for older ones or null), loaded, loading, loadingOlder,
//              error, olderError, unreadAtOpen, unreadFrom (key of the first unread message), windowClosed }
//
// A message written here is shown at once as a local message under the client_message_id that the server will
// know it by, and gives way to the server's message as soon as one with that id arrives by whichever way:
//
//   message_written -> local "sending" --PUT answered or sync----------> the server's message
//                          |  \--window closed, opted out, given up--> message_withdrawn (back to the composer)
//                          \--no answer, refused--> local "failed" --message_retried--> local "sending"
//
// A local message with a file also holds its attachment (see files.js) and the progress of its upload, 0 to 1.
import { compare, replaces } from "./order.js";

export const emptyThread = {
  messages: [],
  before: null,
  loaded: false,
  loading: false,
  loadingOlder: false,
  error: null,
  olderError: null,
  unreadAtOpen: 0,
  unreadFrom: null,
  windowClosed: false,
};

export function reduceThreads(state, action) {
  const id = action.conversationId;
  switch (action.type) {
    case "thread_requested":
      return changed(state, id, (thread) => ({
        ...thread,
        loading: true,
        error: null,
        unreadAtOpen: unread(state, id),
        unreadFrom: null,
      }));
    case "thread_loaded":
      return changed(state, id, (thread) => threadLoaded(thread, action.answer));
    case "thread_failed":
      return changed(state, id, (thread) => ({ ...thread, loading: false, error: action.error }));
    case "older_requested":
      return changed(state, id, (thread) => ({ ...thread, loadingOlder: true, olderError: null }));
    case "older_loaded":
      return changed(state, id, (thread) => olderLoaded(thread, action.answer));
    case "older_failed":
      return changed(state, id, (thread) => ({ ...thread, loadingOlder: false, olderError: action.error }));
    case "changes_received":
      return changesReceived(state, action);
    case "message_received":
      return changed(state, id, (thread) => withMessages(thread, [action.message]));
    case "message_written":
      return changed(state, id, (thread) => withMessages(thread, [localMessage(action, thread)]));
    case "message_retried":
      return changed(state, id, (thread) =>
        withLocal(thread, action.clientMessageId, { local: "sending", error: null, progress: 0 }),
      );
    case "upload_progressed":
      return changed(state, id, (thread) =>
        withLocal(thread, action.clientMessageId, { progress: action.progress }),
      );
    case "message_failed":
      return changed(state, id, (thread) =>
        withLocal(thread, action.clientMessageId, { local: "failed", error: action.error }),
      );
    case "message_withdrawn":
      return changed(state, id, (thread) => ({
        ...without(thread, action.clientMessageId),
        windowClosed: thread.windowClosed || action.windowClosed === true,
      }));
    default:
      return state;
  }
}

/** What a message is known by on the page, from before it has reached the server. */
export function messageKey(message) {
  return message.client_message_id ?? message.id;
}

function threadLoaded(thread, answer) {
  // After a long absence the newest page may not touch what is known: older messages are then fetched again.
  const known = new Set(thread.messages.map(messageKey));
  const touches = thread.loaded && answer.messages.some((message) => known.has(messageKey(message)));
  const start = touches
    ? thread
    : { ...thread, messages: thread.messages.filter((message) => message.local), before: answer.before };
  const merged = withMessages(start, answer.messages);
  return { ...merged, loaded: true, loading: false, error: null, unreadFrom: firstUnread(merged) };
}

function firstUnread({ messages, unreadAtOpen }) {
  const inbound = messages.filter((message) => message.direction === "in");
  const first = unreadAtOpen > 0 ? inbound.at(-Math.min(unreadAtOpen, inbound.length)) : null;
  return first ? messageKey(first) : null;
}

function olderLoaded(thread, answer) {
  return { ...withMessages(thread, answer.messages), before: answer.before, loadingOlder: false };
}

function changesReceived(state, { conversationId, conversations, messages }) {
  const reopened = conversations.filter(
    ({ id, window_closes_at: closes }) => state.threads[id]?.windowClosed && isOpen(closes),
  );
  const next = reopened.reduce(
    (now, { id }) => changed(now, id, (thread) => ({ ...thread, windowClosed: false })),
    state,
  );
  if (!conversationId || !messages.length) return next;
  return changed(next, conversationId, (thread) => withMessages(thread, messages));
}

function isOpen(closesAt) {
  return Boolean(closesAt) && Date.parse(closesAt) > Date.now();
}

function localMessage(written, thread) {
  const { conversationId, clientMessageId, kind, text, media, attachment, authorName, at } = written;
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
    progress: 0,
    at: compare(at, last) > 0 ? at : last,
    created_at: at,
    updated_at: "",
    local: "sending",
  };
}

function withMessages(thread, incoming) {
  const byKey = new Map(thread.messages.map((message) => [messageKey(message), message]));
  const news = incoming.filter((message) => replaces(message, byKey.get(messageKey(message))));
  if (!news.length) return thread;
  for (const message of news) byKey.set(messageKey(message), message);
  return { ...thread, messages: [...byKey.values()].sort(inOrder) };
}

function inOrder(one, other) {
  return (
    compare(one.at, other.at) ||
    compare(one.created_at, other.created_at) ||
    compare(messageKey(one), messageKey(other))
  );
}

function withLocal(thread, clientMessageId, changes) {
  const messages = thread.messages.map((message) =>
    message.local && message.client_message_id === clientMessageId ? { ...message, ...changes } : message,
  );
  return { ...thread, messages };
}

function without(thread, clientMessageId) {
  return {
    ...thread,
    messages: thread.messages.filter(
      (message) => !(message.local && message.client_message_id === clientMessageId),
    ),
  };
}

function unread(state, id) {
  return state.conversations[id]?.unread ?? 0;
}

function changed(state, id, change) {
  return { ...state, threads: { ...state.threads, [id]: change(state.threads[id] ?? emptyThread) } };
}
