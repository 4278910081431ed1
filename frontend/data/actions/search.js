// Finding messages, and going to one wherever it is.
import { wantedWords } from "../../lib/search.js";
import { openConversationAt } from "../../lib/navigation.js";
import { errorText } from "../error_text.js";
import { inSight } from "../state/gaps.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { SearchPlace } from "../types.js"
 * @import { ConversationActions } from "./conversations.js"
 */

const FEWEST_LETTERS = 2; // of the longest word: the server looks for nothing less

/**
 * @param {Tools} tools
 * @param {ConversationActions} conversations
 */
export function createSearchActions({ api, store, attempt }, { loadThread }) {
  const { dispatch } = store;

  /**
   * Searches in the open chat, or in all.
   * @param {SearchPlace} place
   * @param {string} query
   */
  function searchMessages(place, query) {
    if (!wantedWords(query).some((word) => word.length >= FEWEST_LETTERS)) return endSearch(place);
    return search(place, query, null);
  }

  /** @param {SearchPlace} place */
  function moreHits(place) {
    const { query, nextCursor, loading } = store.state.search[place];
    return loading || !nextCursor ? undefined : search(place, query, nextCursor);
  }

  /**
   * @param {SearchPlace} place
   * @param {string} query
   * @param {string | null} cursor
   */
  async function search(place, query, cursor) {
    const more = cursor !== null;
    const conversationId = place === "chat" ? store.state.openId : null;
    dispatch({ type: "search_requested", place, query, more });
    const answer = await attempt(() => api.searchMessages({ query, conversationId, cursor }), {
      failed: (error) => dispatch({ type: "search_failed", place, error: errorText(error) }),
    });
    if (answer && (place === "all" || conversationId === store.state.openId))
      dispatch({ type: "search_loaded", place, query, more, answer });
  }

  /**
   * Goes to a message: to its conversation, and in it to the place where it stands.
   * @param {string} conversationId
   * @param {string} messageId
   */
  function showMessage(conversationId, messageId) {
    dispatch({ type: "message_sought", conversationId, messageId });
    if (store.state.openId !== conversationId) return openConversationAt(conversationId);
    const thread = store.state.threads[conversationId];
    if (thread && inSight(thread).some(({ id }) => id === messageId)) return undefined;
    return loadThread(conversationId);
  }

  /** @param {SearchPlace} place */
  function endSearch(place) {
    dispatch({ type: "search_ended", place });
  }

  function messageReached() {
    dispatch({ type: "message_reached" });
  }

  /** @param {string} conversationId */
  async function loadNewer(conversationId) {
    const { gap, loadingNewer } = store.state.threads[conversationId];
    if (!gap || loadingNewer) return;
    dispatch({ type: "newer_requested", conversationId });
    const answer = await attempt(() => api.messages(conversationId, { after: gap.after }), {
      failed: (error) => dispatch({ type: "newer_failed", conversationId, error: errorText(error) }),
    });
    if (answer) dispatch({ type: "newer_loaded", conversationId, answer, after: gap.after });
  }

  return { searchMessages, moreHits, endSearch, showMessage, messageReached, loadNewer };
}
