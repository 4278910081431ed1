// The list, and what is done with a conversation as a whole.
import { errorText } from "../error_text.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ConversationAction, Filter, List } from "../types.js"
 * @import { ProfileActions } from "./profile.js"
 */

/** @typedef {ReturnType<typeof createConversationActions>} ConversationActions */

/**
 * @param {Tools} tools
 * @param {ProfileActions} profile
 */
export function createConversationActions({ api, store, sync, attempt, toast, toastError }, { loadProfile }) {
  const { dispatch } = store;

  /** @param {{ filter: Filter, query: string, more?: boolean }} wanted */
  async function loadList({ filter, query, more = false }) {
    const cursor = more ? store.state.list.nextCursor : null;
    dispatch({ type: "list_requested", filter, query, more });
    const answer = await attempt(() => api.conversations({ filter, query, cursor }), {
      failed: (error) => dispatch({ type: "list_failed", error: errorText(error) }),
    });
    if (answer) dispatch({ type: "list_loaded", answer, more, filter, query });
  }

  /** @param {Partial<Pick<List, "filter" | "query">>} wanted */
  function showList({ filter = store.state.list.filter, query = store.state.list.query }) {
    return loadList({ filter, query });
  }

  function loadMoreList() {
    const { filter, query, loading } = store.state.list;
    return loading ? undefined : loadList({ filter, query, more: true });
  }

  /** @param {string | null} id */
  async function openConversation(id) {
    if (id === store.state.openId) return;
    dispatch({ type: "conversation_opened", id });
    if (!id || store.state.session.phase !== "signed_in") return;
    // A request under way does not name this conversation: were its answer used, changes of it could be missed.
    sync.restart();
    await loadThread(id);
  }

  /**
   * Loads the newest messages, or those around one that is sought.
   * @param {string} conversationId
   */
  async function loadThread(conversationId) {
    const { sought } = store.state;
    const around = sought?.conversationId === conversationId ? sought.messageId : undefined;
    dispatch({ type: "thread_requested", conversationId });
    // The address may name a conversation that the list does not hold; it comes with its profile.
    if (!store.state.conversations[conversationId]) loadProfile(conversationId);
    const answer = await attempt(() => api.messages(conversationId, { around }), {
      failed: (error) => {
        dispatch({ type: "message_reached" });
        if (around) toastError(error);
        dispatch({ type: "thread_failed", conversationId, error: errorText(error) });
      },
    });
    if (answer) dispatch({ type: "thread_loaded", conversationId, answer });
  }

  /** @param {string} conversationId */
  async function loadOlder(conversationId) {
    const { before, loadingOlder } = store.state.threads[conversationId];
    if (!before || loadingOlder) return;
    dispatch({ type: "older_requested", conversationId });
    const answer = await attempt(() => api.messages(conversationId, { before }), {
      failed: (error) => dispatch({ type: "older_failed", conversationId, error: errorText(error) }),
    });
    if (answer) dispatch({ type: "older_loaded", conversationId, answer });
  }

  /**
   * @param {string} id
   * @param {ConversationAction} action
   * @param {string} [done]  the toast's text
   */
  async function act(id, action, done) {
    const seen = store.state.conversations[id]?.news;
    const conversation = await attempt(() => (action === "read" ? api.read(id, { seen }) : api.act(id, action)), { failed: toastError });
    if (!conversation) return;
    dispatch({ type: "conversation_changed", conversation });
    if (done) toast(done);
    sync.now();
  }

  return { loadList, showList, loadMoreList, openConversation, loadThread, loadOlder, act };
}
