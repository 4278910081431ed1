// What is written to a customer, a text or a file. Each message shows at once and is followed to its end.
import { errorText, fieldErrorText } from "../error_text.js";
import { attachmentOf, localMedia } from "../../lib/files.js";
import { ApiError } from "../api.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Attachment, ShownMessage } from "../types.js"
 *
 * @typedef {{ conversationId: string, text: string, attachment?: Attachment | null }} Written
 * @typedef {Written & { clientMessageId: string }} Sent
 */

// Nothing can be sent now: what was written goes back to where it was written.
const WITHDRAWN = new Set(["window_closed", "opted_out", "aborted"]);
const PROGRESS_STEPS = 20;

/** @param {Tools} tools */
export function createMessageActions({ api, store, sync, attempt, toast, toastError, setDraft }) {
  const { dispatch } = store;
  /** @type {Map<string, AbortController>} */
  const uploads = new Map(); // by client message id

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

  /** @param {Sent} sent */
  async function deliver(sent) {
    const { conversationId, clientMessageId, text, attachment } = sent;
    const message = await attempt(
      () => (attachment ? put(sent, attachment) : api.sendMessage(conversationId, clientMessageId, text)),
      { failed: (error) => notSent(sent, error) },
    );
    if (!message) return;
    dispatch({ type: "message_received", conversationId, message });
    if (attachment) URL.revokeObjectURL(attachment.url);
    sync.now();
  }

  /**
   * @param {Sent} sent
   * @param {Attachment} attachment
   */
  async function put({ conversationId, clientMessageId, text }, { file }) {
    const controller = new AbortController();
    uploads.set(clientMessageId, controller);
    let shown = 0;
    /** @param {number} part */
    const onProgress = (part) => {
      const progress = Math.floor(part * PROGRESS_STEPS) / PROGRESS_STEPS;
      if (progress === shown) return;
      shown = progress;
      dispatch({ type: "upload_progressed", conversationId, clientMessageId, progress });
    };
    try {
      const sent = { file, text, onProgress, signal: controller.signal };
      return await api.sendFile(conversationId, clientMessageId, sent);
    } finally {
      uploads.delete(clientMessageId);
    }
  }

  /**
   * @param {Sent} sent
   * @param {unknown} error
   */
  function notSent(sent, error) {
    const { conversationId, clientMessageId } = sent;
    const code = error instanceof ApiError ? error.code : "server";
    if (WITHDRAWN.has(code)) return withdraw(sent, code, errorText(error));
    const message = fieldErrorText(error, "file") ?? errorText(error);
    return dispatch({ type: "message_failed", conversationId, clientMessageId, error: { code, message } });
  }

  /**
   * @param {Sent} sent
   * @param {string} code
   * @param {string} why
   */
  function withdraw({ conversationId, clientMessageId, text, attachment }, code, why) {
    const windowClosed = code === "window_closed";
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId, windowClosed });
    if (attachment) giveBack(conversationId, attachment);
    const draft = store.state.drafts[conversationId];
    setDraft(conversationId, [text, draft].filter(Boolean).join("\n"));
    if (code === "aborted") return;
    toast(why, "danger");
    sync.now();
  }

  /**
   * @param {string} conversationId
   * @param {Attachment} attachment
   */
  function giveBack(conversationId, attachment) {
    if (store.state.attachments[conversationId]) URL.revokeObjectURL(attachment.url);
    else dispatch({ type: "attachment_changed", conversationId, attachment });
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

  /** @param {ShownMessage} message */
  function cancelUpload({ id, client_message_id: ownId }) {
    uploads.get(ownId ?? id)?.abort();
  }

  return { writeMessage, sendAgain, retryMessage, discardMessage, cancelUpload };
}
