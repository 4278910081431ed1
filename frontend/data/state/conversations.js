// The conversations by id, and the list: which of them are shown under the current filter and search.
import { phoneWords, wantedWords, wordsOf } from "../../lib/search.js";
import { fits, orderOf } from "./filters.js";
import { replaces } from "./order.js";

/** @import { Conversation, State, StoreEvent } from "../types.js" */

// The server's word for a customer of whom nothing is known; the page has its own.
const NO_NAME = "Unknown";

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceConversations(state, action) {
  switch (action.type) {
    case "list_requested":
      return listRequested(state, action);
    case "list_loaded":
      return listLoaded(state, action);
    case "list_failed":
      return { ...state, list: { ...state.list, loading: false, error: action.error } };
    case "changes_received":
      return received(state, action.conversations);
    case "conversation_changed":
      return received(state, [action.conversation]);
    case "profile_loaded":
      return received(state, [action.profile.conversation]);
    default:
      return state;
  }
}

/**
 * The shown conversations, in the list's order.
 * @param {State} state
 */
export function shownConversations(state) {
  return state.list.ids
    .map((id) => state.conversations[id])
    .filter(Boolean)
    .sort(orderOf(state.list));
}

/**
 * @param {State} state
 * @param {StoreEvent & { type: "list_requested" }} action
 * @returns {State}
 */
function listRequested(state, { filter, query, more }) {
  if (more) return { ...state, list: { ...state.list, loading: true, error: null } };
  const kept = filter === state.list.filter && query === state.list.query ? state.list.ids : [];
  return {
    ...state,
    list: { filter, query, ids: kept, nextCursor: null, loading: true, loaded: kept.length > 0, error: null },
  };
}

/**
 * @param {State} state
 * @param {StoreEvent & { type: "list_loaded" }} action
 * @returns {State}
 */
function listLoaded(state, { answer, more, filter, query }) {
  if (filter !== state.list.filter || query !== state.list.query) return state;
  const merged = withConversations(state, answer.conversations);
  const found = answer.conversations.map((conversation) => conversation.id);
  const ids = more ? [...new Set([...state.list.ids, ...found])] : found;
  return {
    ...merged,
    list: { ...state.list, ids, nextCursor: answer.next_cursor, loading: false, loaded: true, error: null },
    // Changes since the first answer are still to come, so an older cursor is never given up for a newer one.
    syncCursor: state.syncCursor ?? answer.sync,
    notices: answer.notices ?? state.notices,
  };
}

/**
 * @param {State} state
 * @param {Conversation[]} conversations
 * @returns {State}
 */
function received(state, conversations) {
  if (!conversations.length) return state;
  const merged = withConversations(state, conversations);
  const ids = conversations.reduce((shown, { id }) => placed(merged, shown, id), state.list.ids);
  return ids === state.list.ids ? merged : { ...merged, list: { ...merged.list, ids } };
}

/**
 * @param {State} state
 * @param {string[]} ids
 * @param {string} id
 */
function placed(state, ids, id) {
  const belongs = Object.hasOwn(state.conversations, id) && belongsToList(state, state.conversations[id], ids);
  if (belongs === ids.includes(id)) return ids;
  return belongs ? [...ids, id] : ids.filter((other) => other !== id);
}

/**
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string[]} ids
 */
function belongsToList(state, conversation, ids) {
  const { filter, query } = state.list;
  const shown = ids.includes(conversation.id);
  // The open conversation stays where the reader sees it, although opening it made it read.
  if (shown && conversation.id === state.openId) return true;
  return fits(conversation, filter, state.session.me?.email, new Date()) && (!query || shown || matchesQuery(conversation, query));
}

/**
 * @param {Conversation} conversation
 * @param {string} query
 */
function matchesQuery(conversation, query) {
  const words = [...wordsOf(conversation.name), ...phoneWords(conversation.phone)];
  return wantedWords(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/**
 * @param {State} state
 * @param {Conversation[]} conversations
 * @returns {State}
 */
function withConversations(state, conversations) {
  const news = conversations
    .map(withOwnName)
    .filter((conversation) => replaces(conversation, state.conversations[conversation.id]));
  if (!news.length) return state;
  const byId = { ...state.conversations };
  for (const conversation of news) {
    if (conversation.deleted) delete byId[conversation.id];
    else byId[conversation.id] = conversation;
  }
  return { ...state, conversations: byId };
}

/**
 * @param {Conversation} conversation
 * @returns {Conversation}
 */
function withOwnName(conversation) {
  return conversation.name === NO_NAME ? { ...conversation, name: "" } : conversation;
}
