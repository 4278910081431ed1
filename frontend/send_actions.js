// What is sent to a customer: texts, files and templates. Each shows at once and is followed to its end.
import { errorText, fieldErrorText } from "./error_text.js";
import { attachmentOf, localMedia } from "./files.js";
import { texts } from "./texts.js";

// Nothing can be sent now: what was written goes back to where it was written.
const WITHDRAWN = new Set(["window_closed", "opted_out", "aborted"]);
const PROGRESS_STEPS = 20;

/** endsSession(error) tells whether the error was the session's end, and deals with it. */
export function createSendActions({ api, store, sync, endsSession, setDraft, toast }) {
  const { dispatch } = store;
  const uploads = new Map(); // AbortControllers by client message id

  /** Sends what the composer holds: the text, or the attachment with the text as its caption. */
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

  /** Sends a message that WhatsApp did not take once more, as a new message. */
  async function sendAgain(conversationId, message) {
    const { text, media } = message;
    if (!media) return write({ conversationId, text });
    try {
      const content = await api.file(media.url);
      const file = new File([content], media.filename ?? "", { type: media.mime_type });
      return write({ conversationId, text, attachment: attachmentOf(file) });
    } catch (error) {
      if (!endsSession(error)) toast(errorText(error), "danger");
      return undefined;
    }
  }

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
      authorName: me.name || me.email || null,
      at: new Date().toISOString(),
    });
    return deliver({ conversationId, clientMessageId, text, attachment });
  }

  function retryMessage(conversationId, { client_message_id: clientMessageId, text, attachment }) {
    dispatch({ type: "message_retried", conversationId, clientMessageId });
    return deliver({ conversationId, clientMessageId, text, attachment });
  }

  async function deliver(sent) {
    const { conversationId, clientMessageId, attachment } = sent;
    try {
      const message = await (attachment ? put(sent) : api.sendMessage(conversationId, clientMessageId, sent.text));
      dispatch({ type: "message_received", conversationId, message });
      if (attachment) URL.revokeObjectURL(attachment.url);
      sync.now();
    } catch (error) {
      if (WITHDRAWN.has(error.code)) withdraw(sent, error);
      else dispatch({ type: "message_failed", conversationId, clientMessageId, error: shownError(error) });
      endsSession(error);
    }
  }

  async function put({ conversationId, clientMessageId, text, attachment }) {
    const controller = new AbortController();
    uploads.set(clientMessageId, controller);
    let shown = 0;
    const onProgress = (part) => {
      const progress = Math.floor(part * PROGRESS_STEPS) / PROGRESS_STEPS;
      if (progress === shown) return;
      shown = progress;
      dispatch({ type: "upload_progressed", conversationId, clientMessageId, progress });
    };
    try {
      const sent = { file: attachment.file, text, onProgress, signal: controller.signal };
      return await api.sendFile(conversationId, clientMessageId, sent);
    } finally {
      uploads.delete(clientMessageId);
    }
  }

  function shownError(error) {
    return { code: error.code, message: fieldErrorText(error, "file") ?? errorText(error) };
  }

  function withdraw({ conversationId, clientMessageId, text, attachment }, error) {
    const windowClosed = error.code === "window_closed";
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId, windowClosed });
    if (attachment) giveBack(conversationId, attachment);
    const draft = store.state.drafts[conversationId];
    setDraft(conversationId, [text, draft].filter(Boolean).join("\n"));
    if (error.code === "aborted") return;
    toast(errorText(error), "danger");
    sync.now();
  }

  function giveBack(conversationId, attachment) {
    if (store.state.attachments[conversationId]) URL.revokeObjectURL(attachment.url);
    else dispatch({ type: "attachment_changed", conversationId, attachment });
  }

  /** Takes a message that was never sent off the page. */
  function discardMessage(conversationId, { client_message_id: clientMessageId, attachment }) {
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId });
    if (attachment) URL.revokeObjectURL(attachment.url);
  }

  function cancelUpload(message) {
    uploads.get(message.client_message_id)?.abort();
  }

  /** Puts a file of a FileList or an array into the composer; none takes the one that is there out of it. */
  function attach(conversationId, files) {
    const known = store.state.attachments[conversationId];
    if (known) URL.revokeObjectURL(known.url);
    const attachment = files.length ? attachmentOf(files[0]) : null;
    dispatch({ type: "attachment_changed", conversationId, attachment });
    if (files.length > 1) toast(texts.attach.onlyOne);
  }

  /** Asks the server to fetch a customer's file again. */
  async function retryMedia(conversationId, message) {
    try {
      dispatch({ type: "message_received", conversationId, message: await api.retryMedia(message.id) });
      sync.now();
    } catch (error) {
      if (!endsSession(error)) toast(errorText(error), "danger");
    }
  }

  async function loadTemplates() {
    try {
      dispatch({ type: "templates_loaded", answer: await api.templates() });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "templates_failed", error: errorText(error) });
    }
  }

  /** body is the API's; rejects with the API's error, whose fields say what was refused. */
  async function sendTemplate(conversationId, body) {
    try {
      const message = await api.sendTemplate(conversationId, body);
      dispatch({ type: "message_received", conversationId, message });
      toast(texts.templates.sent);
      sync.now();
    } catch (error) {
      endsSession(error);
      throw error;
    }
  }

  return {
    writeMessage,
    retryMessage,
    sendAgain,
    discardMessage,
    cancelUpload,
    attach,
    retryMedia,
    loadTemplates,
    sendTemplate,
  };
}
