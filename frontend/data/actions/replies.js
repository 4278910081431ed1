// Canned replies: loaded when they are asked for, filled in for a customer, saved by owners.
import { errorText } from "../error_text.js";
import { personName } from "../../lib/names.js";
import { filledIn, gapIn, knownValues } from "../../lib/replies.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Reply } from "../types.js"
 * @import { ProfileActions } from "./profile.js"
 */

/**
 * @param {Tools} tools
 * @param {ProfileActions} profile
 * @param {() => Promise<void>} loadSettings
 */
export function createReplyActions({ api, store, attempt, toast }, { loadProfile }, loadSettings) {
  const { dispatch } = store;

  async function loadReplies() {
    const answer = await attempt(() => api.replies(), {
      failed: (error) => dispatch({ type: "replies_failed", error: errorText(error) }),
    });
    if (answer) dispatch({ type: "replies_loaded", ...answer });
  }

  /**
   * Saves all replies over those that were loaded; rejects with the API's error, a conflict when somebody was faster.
   * @param {Reply[]} replies
   */
  async function saveReplies(replies) {
    const answer = await attempt(() => api.saveReplies(replies, store.state.replies.tag));
    if (!answer) return;
    dispatch({ type: "replies_loaded", ...answer });
    toast(texts.replies.saved);
  }

  /**
   * A reply's text for a customer, with what is known of them.
   * @param {string} conversationId
   * @param {string} text
   */
  async function fillReply(conversationId, text) {
    if (!gapIn(text)) return text;
    const needsBusiness = text.includes("{business}") && !store.state.settings.saved;
    await Promise.all([
      store.state.profiles[conversationId]?.profile ? undefined : loadProfile(conversationId),
      needsBusiness ? loadSettings() : undefined,
    ]);
    const { profiles, settings, session } = store.state;
    const known = { profile: profiles[conversationId]?.profile, business: settings.saved?.business.name ?? "" };
    return filledIn(text, knownValues({ ...known, me: personName(session.me?.email ?? null) }));
  }

  return { loadReplies, saveReplies, fillReply };
}
