// What others changed: fetched again and again, see sync.js.
import { admissionErrorText } from "../error_text.js";
import { showConversation } from "../../lib/navigation.js";
import { ApiError } from "../api.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Conversation } from "../types.js"
 * @import { ConversationActions } from "./conversations.js"
 * @import { CountActions } from "./counts.js"
 * @import { OnceLater } from "../actions.js"
 */

// The server does not know the cursor any more: everything is loaded again.
const LOST_CURSOR = new Set([400, 410, 422]);

/**
 * @param {Tools} tools
 * @param {ConversationActions} conversations
 * @param {CountActions} counts
 * @param {OnceLater} onceLater
 */
export function createChangeActions(
  { api, store, endsSession, setDraft },
  { loadList, loadThread },
  { countSoon },
  onceLater,
) {
  const { dispatch } = store;

  /**
   * Tells whether anything had changed.
   * @param {AbortSignal} signal
   */
  async function fetchChanges(signal) {
    const { syncCursor, openId } = store.state;
    if (!syncCursor) return loadAgain();
    const changes = await api.changes({ since: syncCursor, conversationId: openId, signal });
    // An answer to a request that was given up does not fit the page any more.
    if (signal.aborted) return false;
    dispatch({ type: "changes_received", conversationId: openId, ...changes });
    if (changes.conversations.length) countSoon();
    onceLater(({ resume }) => resume()).catch(() => {});
    const merged = changes.conversations.find(({ id, merged_into: other }) => other && id === openId);
    if (merged) followMerge(merged);
    return changes.conversations.length + changes.messages.length > 0;
  }

  async function loadAgain() {
    await loadList(store.state.list);
    if (store.state.openId) await loadThread(store.state.openId);
    return true;
  }

  /**
   * Two contacts turned out to be one: whoever reads the one that is gone goes on in the other.
   * @param {Conversation} merged
   */
  function followMerge({ id, merged_into: other }) {
    if (!other) return;
    const { drafts, attachments, quotes, cards } = store.state;
    const { note } = cards[id] ?? {};
    if (drafts[id]) setDraft(other, [drafts[other], drafts[id]].filter(Boolean).join("\n"));
    setDraft(id, "");
    const files = [...(attachments[other] ?? []), ...(attachments[id] ?? [])];
    dispatch({ type: "attachments_changed", conversationId: other, attachments: files });
    dispatch({ type: "attachments_changed", conversationId: id, attachments: [] });
    if (note && !cards[other]?.note) dispatch({ type: "note_edited", id: other, note });
    if (quotes[id] && !quotes[other]) dispatch({ type: "quote_changed", conversationId: other, quoted: quotes[id] });
    showConversation(other);
  }

  /**
   * Tells whether to go on.
   * @param {unknown} error
   */
  function syncFailed(error) {
    if (endsSession(error)) return false;
    const status = error instanceof ApiError ? error.status : 0;
    if (error instanceof ApiError && status === 403) {
      // An owner took this person off the list.
      dispatch({ type: "start_failed", error: admissionErrorText(error) });
      return false;
    }
    if (LOST_CURSOR.has(status)) dispatch({ type: "cursor_lost" });
    dispatch({ type: "connection_changed", connection: navigator.onLine ? "reconnecting" : "offline" });
    return true;
  }

  return { fetchChanges, syncFailed };
}
