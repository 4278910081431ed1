// What is written to a customer, a text or a file. Each message shows at once; see delivery.js for how it goes on.
import { attachmentOf, localMedia } from "../../lib/files.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Attachment, Quoted, ShownMessage } from "../types.js"
 * @import { Delivery } from "./delivery.js"
 * @typedef {{ conversationId: string, text: string, attachment?: Attachment | null, quoted?: Quoted | null, place?: number }} Wanted
 *   place is that among messages that are written at once
 */

/**
 * @param {Tools} tools
 * @param {Delivery} delivery
 */
export function createMessageActions({ api, store, attempt, toastError, setDraft }, { deliver, discard }) {
  const { dispatch } = store;

  /**
   * Sends what the composer holds: the text, or the files in their order, each as a message of its own. The text is
   * the first file's caption.
   * @param {string} conversationId
   * @param {string} text
   */
  function writeMessage(conversationId, text) {
    const attachments = store.state.attachments[conversationId] ?? [];
    const quoted = store.state.quotes[conversationId] ?? null;
    quote(conversationId, null);
    // WhatsApp shows no text with a sound: it stays.
    if (attachments[0]?.kind !== "audio") setDraft(conversationId, "");
    if (!attachments.length) return write({ conversationId, text, quoted });
    dispatch({ type: "attachments_changed", conversationId, attachments: [] });
    const sent = attachments.map((attachment, place) => {
      const caption = place === 0 ? text : attachment.caption.trim();
      return write({ conversationId, text: attachment.kind === "audio" ? "" : caption, attachment, quoted: place === 0 ? quoted : null, place });
    });
    return Promise.all(sent);
  }

  /**
   * Sends a recording; what the composer holds stays there.
   * @param {string} conversationId
   * @param {Attachment} attachment
   */
  function sendVoice(conversationId, attachment) {
    const quoted = store.state.quotes[conversationId] ?? null;
    quote(conversationId, null);
    return write({ conversationId, text: "", attachment, quoted });
  }

  /**
   * Answers to a message with what is written next; null answers to none.
   * @param {string} conversationId
   * @param {ShownMessage | null} message
   */
  function quote(conversationId, message) {
    const quoted = message && { id: message.id, author: message.author, kind: message.kind, text: message.text };
    dispatch({ type: "quote_changed", conversationId, quoted });
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
    return write({ conversationId, text, attachment: { ...attachmentOf(file), voice: media.voice } });
  }

  /** @param {Wanted} wanted */
  function write({ conversationId, text, attachment = null, quoted = null, place = 0 }) {
    const { me } = store.state.session;
    const written = {
      conversationId,
      clientMessageId: crypto.randomUUID(),
      kind: attachment?.kind ?? "text",
      text,
      media: attachment && localMedia(attachment),
      attachment,
      quoted,
      authorName: me?.email || null,
      seen: store.state.conversations[conversationId]?.news,
      at: new Date(Date.now() + place).toISOString(), // no two at the same time: it is what orders them
    };
    dispatch({ type: "message_written", ...written });
    return deliver(written);
  }

  /**
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  function retryMessage(conversationId, message) {
    const { id, client_message_id: ownId, kind, text, media, attachment = null, quoted = null, author_name: authorName, at } = message;
    const seen = store.state.conversations[conversationId]?.news;
    const written = { conversationId, clientMessageId: ownId ?? id, kind, text, media, attachment, quoted, authorName, seen, at };
    return deliver(written);
  }

  return { writeMessage, sendVoice, quote, sendAgain, retryMessage, discardMessage: discard };
}
