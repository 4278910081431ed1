// What is done with a message that is there: reacting to it, copying it.
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ShownMessage } from "../types.js"
 */

/** @param {Tools} tools */
export function createBubbleActions({ api, store, sync, attempt, toast, toastError }) {
  /**
   * Reacts to a customer's message; an empty emoji takes the reaction back.
   * @param {ShownMessage} message
   * @param {string} emoji
   */
  async function react(message, emoji) {
    const changed = await attempt(() => api.react(message.id, emoji), { failed: toastError });
    if (!changed) return;
    store.dispatch({ type: "message_received", conversationId: changed.conversation_id, message: changed });
    sync.now();
  }

  /** @param {string} text */
  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast(texts.bubbleMenu.copied);
    } catch {
      toast(texts.bubbleMenu.notCopied, "danger");
    }
  }

  return { react, copyText };
}
