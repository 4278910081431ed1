// Files: into the composer, and once more from WhatsApp.
import { attachmentOf } from "../../lib/files.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ShownMessage } from "../types.js"
 */

/** @param {Tools} tools */
export function createFileActions({ api, store, sync, attempt, toast, toastError }) {
  const { dispatch } = store;

  /**
   * Puts the first of some files into the composer; none takes the one that is there out of it.
   * @param {string} conversationId
   * @param {File[]} files
   */
  function attach(conversationId, files) {
    const known = store.state.attachments[conversationId];
    if (known) URL.revokeObjectURL(known.url);
    const attachment = files.length ? attachmentOf(files[0]) : null;
    dispatch({ type: "attachment_changed", conversationId, attachment });
    if (files.length > 1) toast(texts.attach.onlyOne);
  }

  /**
   * Asks the server to fetch a customer's file again.
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  async function retryMedia(conversationId, { id }) {
    const message = await attempt(() => api.retryMedia(id), { failed: toastError });
    if (!message) return;
    dispatch({ type: "message_received", conversationId, message });
    sync.now();
  }

  return { attach, retryMedia };
}
