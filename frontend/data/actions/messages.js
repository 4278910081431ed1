// What is written to a customer, a text or a file. Each message shows at once; see delivery.js for how it goes on.
import { attachmentOf, localMedia } from "../../lib/files.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Attachment, ShownMessage } from "../types.js"
 * @import { Delivery } from "./delivery.js"
 * @typedef {{ conversationId: string, text: string, attachment?: Attachment | null }} Wanted
 */

/**
 * @param {Tools} tools
 * @param {Delivery} delivery
 */
export function createMessageActions({ api, store, attempt, toastError, setDraft }, { deliver, discard }) {
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

  /** @param {Wanted} wanted */
  function write({ conversationId, text, attachment = null }) {
    const { me } = store.state.session;
    const written = {
      conversationId,
      clientMessageId: crypto.randomUUID(),
      kind: attachment?.kind ?? "text",
      text,
      media: attachment && localMedia(attachment),
      attachment,
      authorName: me?.email || null,
      at: new Date().toISOString(),
    };
    dispatch({ type: "message_written", ...written });
    return deliver(written);
  }

  /**
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  function retryMessage(conversationId, message) {
    const { id, client_message_id: ownId, kind, text, media, attachment = null, author_name: authorName, at } = message;
    return deliver({ conversationId, clientMessageId: ownId ?? id, kind, text, media, attachment, authorName, at });
  }

  return { writeMessage, sendAgain, retryMessage, discardMessage: discard };
}
