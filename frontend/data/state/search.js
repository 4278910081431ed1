// Searches in messages: one over all conversations, below the list, and one in the open chat.

/** @import { MessageSearch, SearchPlace, State, StoreEvent } from "../types.js" */

/** @type {MessageSearch} */
export const noSearch = { query: "", hits: [], nextCursor: null, loading: false, loaded: false, error: null };

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceSearch(state, action) {
  switch (action.type) {
    case "search_requested":
      return changed(state, action.place, (search) =>
        action.more ? { ...search, loading: true, error: null } : { ...noSearch, query: action.query, loading: true },
      );
    case "search_loaded":
      return changed(state, action.place, (search) => found(search, action));
    case "search_failed":
      return changed(state, action.place, (search) => ({ ...search, loading: false, error: action.error }));
    case "search_ended":
      return changed(state, action.place, () => noSearch);
    case "conversation_opened":
      return {
        ...state,
        search: { ...state.search, chat: noSearch },
        sought: state.sought?.conversationId === action.id ? state.sought : null,
      };
    case "message_sought":
      return { ...state, sought: { conversationId: action.conversationId, messageId: action.messageId } };
    case "message_reached":
      return { ...state, sought: null };
    default:
      return state;
  }
}

/**
 * @param {MessageSearch} search
 * @param {StoreEvent & { type: "search_loaded" }} action
 * @returns {MessageSearch}
 */
function found(search, { query, more, answer }) {
  if (query !== search.query) return search; // an answer to an earlier one
  const hits = more ? [...search.hits, ...answer.messages] : answer.messages;
  return { ...search, hits, nextCursor: answer.next_cursor, loading: false, loaded: true };
}

/**
 * @param {State} state
 * @param {SearchPlace} place
 * @param {(search: MessageSearch) => MessageSearch} change
 * @returns {State}
 */
function changed(state, place, change) {
  return { ...state, search: { ...state.search, [place]: change(state.search[place]) } };
}
