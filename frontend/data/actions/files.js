// Files: into the composer, and once more from WhatsApp.
import { attachmentOf } from "../../lib/files.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Attachment, ShownMessage } from "../types.js"
 */

const MAX_FILES = 10; // at once: they are held in memory

/** @param {Tools} tools */
export function createFileActions({ api, store, sync, attempt, toast, toastError, setDraft }) {
  const { dispatch } = store;

  /**
   * Puts files into the composer, behind those that are there.
   * @param {string} conversationId
   * @param {File[]} files
   */
  function attach(conversationId, files) {
    const held = heldIn(conversationId);
    const taken = files.slice(0, MAX_FILES - held.length);
    dispatch({ type: "attachments_changed", conversationId, attachments: [...held, ...taken.map(attachmentOf)] });
    if (taken.length < files.length) toast(texts.attach.tooMany(MAX_FILES), "danger");
  }

  /**
   * Puts something that was recorded into the composer.
   * @param {string} conversationId
   * @param {Attachment} attachment
   */
  function hold(conversationId, attachment) {
    dispatch({ type: "attachments_changed", conversationId, attachments: [...heldIn(conversationId), attachment] });
  }

  /**
   * Takes a file out of the composer; the caption of the one that is then the first joins the draft.
   * @param {string} conversationId
   * @param {Attachment} attachment
   */
  function detach(conversationId, attachment) {
    const held = heldIn(conversationId);
    const left = held.filter(({ url }) => url !== attachment.url);
    URL.revokeObjectURL(attachment.url);
    if (held[0]?.url === attachment.url && left[0]?.caption) {
      setDraft(conversationId, [store.state.drafts[conversationId], left[0].caption].filter(Boolean).join("\n"));
      left[0] = { ...left[0], caption: "" };
    }
    dispatch({ type: "attachments_changed", conversationId, attachments: left });
  }

  /**
   * Writes below a file that is about to be sent.
   * @param {string} conversationId
   * @param {Attachment} attachment
   * @param {string} text
   */
  function caption(conversationId, attachment, text) {
    const held = heldIn(conversationId);
    if (attachment.url === held[0]?.url) return setDraft(conversationId, text);
    const attachments = held.map((other) => (other.url === attachment.url ? { ...other, caption: text } : other));
    return dispatch({ type: "attachments_changed", conversationId, attachments });
  }

  /** @param {string} conversationId */
  function heldIn(conversationId) {
    return store.state.attachments[conversationId] ?? [];
  }

  /**
   * A page of a chat's messages with a file, the newest first; rejects with the API's error.
   * @param {string} conversationId
   * @param {string | null} before
   */
  function loadFiles(conversationId, before) {
    return attempt(() => api.files(conversationId, before));
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

  return { attach, hold, detach, caption, loadFiles, retryMedia };
}
