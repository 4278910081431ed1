// What is written to a customer, a text or a file. Each message shows at once; see delivery.js for how it goes on.
import { attachmentOf, localMedia } from "../../lib/files.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ShownMessage } from "../types.js"
 * @import { Delivery, Written } from "./delivery.js"
 */

/**
 * @param {Tools} tools
 * @param {Delivery} delivery
 */
export function createMessageActions({ api, store, attempt, toastError, setDraft }, { deliver }) {
  const { dispatch } = store;

  /**
   * Sends what the composer holds: the text, or the attachment with the text as its caption.
   * @param {string} conversationId
   * @param {string} text
   */
  function writeMessage(conversationId, text) {
    const attachment = store.state.attachments[conversationId];
    if (!attachment) {
      setDraft(conversationId, "");
      return write({ conversationId, text });
    }
    dispatch({ type: "attachment_changed", conversationId, attachment: null });
    // WhatsApp shows no text with a sound.
    if (attachment.kind === "audio") return write({ conversationId, text: "", attachment });
    setDraft(conversationId, "");
    return write({ conversationId, text, attachment });
  }

  /**
   * Sends a message that WhatsApp did not take once more, as a new message.
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  async function sendAgain(conversationId, { text, media }) {
    if (!media) return write({ conversationId, text });
    const content = await attempt(() => api.file(media.url ?? ""), { failed: toastError });
    if (!content) return undefined;
    const file = new File([content], media.filename ?? "", { type: media.mime_type });
    return write({ conversationId, text, attachment: attachmentOf(file) });
  }

  /** @param {Written} written */
  function write({ conversationId, text, attachment = null }) {
    const clientMessageId = crypto.randomUUID();
    const { me } = store.state.session;
    dispatch({
      type: "message_written",
      conversationId,
      clientMessageId,
      kind: attachment?.kind ?? "text",
      text,
      media: attachment && localMedia(attachment),
      attachment,
      authorName: me?.name || me?.email || null,
      at: new Date().toISOString(),
    });
    return deliver({ conversationId, clientMessageId, text, attachment });
  }

  /**
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  function retryMessage(conversationId, { id, client_message_id: ownId, text, attachment }) {
    const clientMessageId = ownId ?? id;
    dispatch({ type: "message_retried", conversationId, clientMessageId });
    return deliver({ conversationId, clientMessageId, text, attachment });
  }

  /**
   * Takes a message that was never sent off the page.
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  function discardMessage(conversationId, { id, client_message_id: ownId, attachment }) {
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId: ownId ?? id });
    if (attachment) URL.revokeObjectURL(attachment.url);
  }

  return { writeMessage, sendAgain, retryMessage, discardMessage };
}
