// Approved templates.
import { errorText } from "../error_text.js";
import { openConversation } from "../../lib/navigation.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { NewConversation, TemplateBody } from "../types.js"
 */

/** @param {Tools} tools */
export function createTemplateActions({ api, store, sync, attempt, toast }) {
  const { dispatch } = store;

  async function loadTemplates() {
    const answer = await attempt(() => api.templates(), {
      failed: (error) => dispatch({ type: "templates_failed", error: errorText(error) }),
    });
    if (answer) dispatch({ type: "templates_loaded", answer });
  }

  /**
   * Rejects with the API's error, whose fields say what was refused.
   * @param {string} conversationId
   * @param {TemplateBody} body
   */
  async function sendTemplate(conversationId, body) {
    const message = await attempt(() => api.sendTemplate(conversationId, body));
    if (!message) return;
    dispatch({ type: "message_received", conversationId, message });
    toast(texts.templates.sent);
    sync.now();
  }

  /**
   * Begins a conversation, and opens it; rejects with the API's error, whose fields say what was refused.
   * @param {NewConversation} wanted
   */
  async function startConversation(wanted) {
    const message = await attempt(() => api.startConversation(wanted));
    if (!message) return;
    toast(texts.templates.sent);
    sync.now();
    openConversation(message.conversation_id);
  }

  return { loadTemplates, sendTemplate, startConversation };
}
