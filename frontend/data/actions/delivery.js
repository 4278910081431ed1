// How a message that was written here gets to the server, or back to where it was written.
//
//   deliver -> the conversation's line --one PUT at a time--> taken: the server's message shows
//                 ^                          |--no answer, or the session ended--> waits, and so do those behind it
//                 |--- resume: connected ----|
//                                            |--429, 5xx--> tried again, a little later each time; then the whole line failed
//                                            |--waited too long--> failed
//                                            |--window closed, STOP--> back to the composer
//                                            \--refused--> failed, to be tried again by hand
//
// A text is in the outbox from the moment it is written until the server has it or it is taken back.
import { ApiError, ConnectionError } from "../api.js";
import { errorText, fieldErrorText } from "../error_text.js";
import { texts } from "../../lib/texts.js";
import { drop, forget, keep, unsent } from "../outbox.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Written } from "../outbox.js"
 * @import { Attachment, ShownMessage } from "../types.js"
 *
 * @typedef {{ waiting: Written[], busy: boolean, tries: number }} Line  of one conversation; tries are those of its first in vain
 * @typedef {ReturnType<typeof createDelivery>} Delivery
 */

// Nothing can be sent now: what was written goes back to where it was written.
const WITHDRAWN = new Set(["window_closed", "opted_out", "aborted"]);
const TOO_OLD = { code: "network", message: "" };
const PROGRESS_STEPS = 20;
const MAX_AGE_MS = 3_600_000; // of what goes out by itself
const FIRST_PAUSE_MS = 1_000; // before a server that had trouble is asked again; each pause is twice the one before
const MAX_TRIES = 6; // in half a minute

/** @param {Tools} tools */
export function createDelivery({ api, store, sync, attempt, toast, setDraft }) {
  const { dispatch } = store;
  /** @type {Map<string, Line>} */
  const lines = new Map(); // by conversation id
  /** @type {Map<string, AbortController>} */
  const uploads = new Map(); // by client message id
  /** @type {string | null} */
  let owner = null; // whose lines these are

  /** @param {Written} asked */
  function deliver(asked) {
    const written = { ...asked, wantedAt: new Date().toISOString() };
    keep(account(), written);
    line(written.conversationId).waiting.push(written);
    return run(written.conversationId);
  }

  /** Sends what waits, because the server answers again. */
  function resume() {
    if (owner !== account()) return restore();
    for (const id of lines.keys()) run(id);
  }

  /** Puts what was not sent back on the page, after signing in; what is old waits for a word. */
  function restore() {
    if (owner !== account()) empty();
    owner = account();
    const held = [...lines.values()].flatMap(({ waiting }) => waiting);
    const known = new Set(held.map(({ clientMessageId }) => clientMessageId));
    const kept = unsent(account()).filter(({ clientMessageId }) => !known.has(clientMessageId));
    for (const written of [...kept, ...held]) {
      const { conversationId, clientMessageId, error } = written;
      dispatch({ type: "message_written", ...written });
      if (error || isTooOld(written)) {
        take(written);
        dispatch({ type: "message_failed", conversationId, clientMessageId, error: error ?? TOO_OLD });
      } else if (!known.has(clientMessageId)) {
        line(conversationId).waiting.push(written);
      }
    }
    resume();
  }

  /** @param {string} conversationId */
  async function run(conversationId) {
    const own = line(conversationId);
    if (own.busy) return;
    own.busy = true;
    while (own.waiting.length && (await send(own.waiting[0], own)));
    own.busy = false;
  }

  /** @param {Written} written */
  function isTooOld({ at, wantedAt = at }) {
    return Date.now() - Date.parse(wantedAt) > MAX_AGE_MS;
  }

  /**
   * Sends the first of a line; tells whether the next one's turn has come.
   * @param {Written} written
   * @param {Line} own
   */
  async function send(written, own) {
    const { conversationId, clientMessageId, attachment } = written;
    const author = account();
    if (isTooOld(written)) {
      take(written);
      dispatch({ type: "message_failed", conversationId, clientMessageId, error: TOO_OLD });
      return true;
    }
    dispatch({ type: "message_retried", conversationId, clientMessageId });
    /** @type {unknown} */
    let failure;
    const message = await attempt(() => put(written), { failed: (error) => (failure = error) });
    // Without an answer and without an error, the session is over: it waits for its author.
    if (!message) return failure !== undefined && account() === author && (await goesOn(written, own, failure));
    own.tries = 0;
    take(written);
    drop(author, clientMessageId);
    dispatch({ type: "message_received", conversationId, message });
    if (attachment) URL.revokeObjectURL(attachment.url);
    sync.now();
    return true;
  }

  /**
   * Deals with a send that failed; tells whether the line goes on.
   * @param {Written} written
   * @param {Line} own
   * @param {unknown} error
   */
  async function goesOn(written, own, error) {
    const { conversationId, clientMessageId } = written;
    if (error instanceof ConnectionError && error.code !== "aborted") {
      dispatch({ type: "message_waits", conversationId, clientMessageId });
      return false;
    }
    if (!isTrouble(error)) {
      own.tries = 0;
      notSent(written, error);
      return true;
    }
    own.tries = (own.tries + 1) % MAX_TRIES;
    if (own.tries === 0) {
      for (const each of own.waiting) notSent(each, error); // none goes ahead of those before it
      return true;
    }
    dispatch({ type: "message_waits", conversationId, clientMessageId });
    const author = account();
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (own.tries - 1)));
    return account() === author;
  }

  /** @param {Written} written */
  function put({ conversationId, clientMessageId, text, attachment, quoted, seen }) {
    const replyTo = quoted?.id ?? undefined;
    if (!attachment) return api.sendMessage(conversationId, clientMessageId, { text, reply_to: replyTo, seen });
    return putFile(conversationId, clientMessageId, { ...attachment, text, replyTo, seen });
  }

  /**
   * @param {string} conversationId
   * @param {string} clientMessageId
   * @param {Attachment & { text: string, replyTo?: string, seen?: string }} sent
   */
  async function putFile(conversationId, clientMessageId, { file, voice, text, replyTo, seen }) {
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
      const sent = { file, text, voice, replyTo, seen, onProgress, signal: controller.signal };
      return await api.sendFile(conversationId, clientMessageId, sent);
    } finally {
      uploads.delete(clientMessageId);
    }
  }

  /**
   * @param {Written} written
   * @param {unknown} error
   */
  function notSent(written, error) {
    const { conversationId, clientMessageId } = written;
    const code = error instanceof ApiError ? error.code : "server";
    take(written);
    if (WITHDRAWN.has(code)) return withdraw(written, code, errorText(error));
    const film = written.attachment?.kind === "video" && texts.attach.videoRefused;
    const refusal = fieldErrorText(error, "file");
    const message = (refusal && film) || (refusal ?? errorText(error));
    keep(account(), { ...written, error: { code, message } });
    return dispatch({ type: "message_failed", conversationId, clientMessageId, error: { code, message } });
  }

  /**
   * @param {Written} written
   * @param {string} code
   * @param {string} why
   */
  function withdraw({ conversationId, clientMessageId, text, attachment, quoted }, code, why) {
    const windowClosed = code === "window_closed";
    drop(account(), clientMessageId);
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId, windowClosed });
    if (attachment) giveBack(conversationId, { ...attachment, caption: text });
    else giveBackText(conversationId, text);
    if (quoted) dispatch({ type: "quote_changed", conversationId, quoted });
    if (code === "aborted") return;
    toast(why, "danger");
    sync.now();
  }

  /**
   * The first file's caption is the draft.
   * @param {string} conversationId
   * @param {Attachment} attachment
   */
  function giveBack(conversationId, attachment) {
    const held = store.state.attachments[conversationId] ?? [];
    if (!held.length) giveBackText(conversationId, attachment.caption);
    dispatch({ type: "attachments_changed", conversationId, attachments: [...held, attachment] });
  }

  /**
   * @param {string} conversationId
   * @param {string} text
   */
  function giveBackText(conversationId, text) {
    const draft = store.state.drafts[conversationId];
    setDraft(conversationId, [text, draft].filter(Boolean).join("\n"));
  }

  /**
   * Takes a message that the server has not got off the page.
   * @param {string} conversationId
   * @param {ShownMessage} message
   */
  function discard(conversationId, { id, client_message_id: ownId, attachment }) {
    const clientMessageId = ownId ?? id;
    take({ conversationId, clientMessageId });
    drop(account(), clientMessageId);
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId });
    if (attachment) URL.revokeObjectURL(attachment.url);
  }

  /** @param {ShownMessage} message */
  function cancelUpload({ id, client_message_id: ownId }) {
    uploads.get(ownId ?? id)?.abort();
  }

  /** How many files the server has not got; they go with the tab. */
  function unsentFiles() {
    return [...lines.values()].flatMap(({ waiting }) => waiting.filter(({ attachment }) => attachment)).length;
  }

  /** How many messages the server has not got; they go with signing out. */
  function unsentMessages() {
    return unsent(account()).length + unsentFiles();
  }

  /** Gives up what was not sent, because somebody signs out. */
  function giveUp() {
    empty();
    owner = null;
    forget(account());
  }

  /** Empties every line, also for whoever is at one. */
  function empty() {
    for (const own of lines.values()) own.waiting = [];
    lines.clear();
  }

  /** @param {Pick<Written, "conversationId" | "clientMessageId">} written */
  function take({ conversationId, clientMessageId }) {
    const own = line(conversationId);
    own.waiting = own.waiting.filter((other) => other.clientMessageId !== clientMessageId);
  }

  /**
   * @param {string} conversationId
   * @returns {Line}
   */
  function line(conversationId) {
    const found = lines.get(conversationId) ?? { waiting: [], busy: false, tries: 0 };
    lines.set(conversationId, found);
    return found;
  }

  function account() {
    return store.state.session.me?.email ?? "";
  }

  return { deliver, resume, restore, discard, cancelUpload, unsentFiles, unsentMessages, giveUp };
}

/**
 * Whether it is the server's trouble rather than the message's: the same may be taken a little later.
 * @param {unknown} error
 */
function isTrouble(error) {
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
