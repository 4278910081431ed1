// What the page can do: each action calls the API and tells the store how it went.
import { SessionError } from "./api.js";
import { saveDrafts } from "./drafts.js";
import { admissionErrorText, errorText } from "./error_text.js";
import { texts } from "./texts.js";

// The server does not know the cursor any more: everything is loaded again.
const LOST_CURSOR = new Set([400, 410, 422]);

export function createActions({ api, store, sync }) {
  const { dispatch } = store;

  async function start() {
    dispatch({ type: "starting" });
    try {
      await enter(await api.me());
    } catch (error) {
      if (error instanceof SessionError) dispatch({ type: "signed_out", signIn: error.signIn });
      else dispatch({ type: "start_failed", error: admissionErrorText(error) });
    }
  }

  async function enter(me) {
    dispatch({ type: "signed_in", me });
    await loadList({ filter: "all", query: "" });
    if (store.state.openId) loadThread(store.state.openId);
    sync.start();
  }

  /** Signs in with {email} or {credential}; rejects with the API's error. */
  async function signIn(credentials) {
    await enter(await api.login(credentials));
  }

  async function signOut({ everywhere = false } = {}) {
    sync.stop();
    await guarded(() => api.logout({ everywhere }));
    await start();
  }

  async function loadList({ filter, query, more = false }) {
    const cursor = more ? store.state.list.nextCursor : null;
    dispatch({ type: "list_requested", filter, query, more });
    try {
      const answer = await api.conversations({ filter, query, cursor });
      dispatch({ type: "list_loaded", answer, more, filter, query });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "list_failed", error: errorText(error) });
    }
  }

  function showList({ filter = store.state.list.filter, query = store.state.list.query }) {
    return loadList({ filter, query });
  }

  function loadMoreList() {
    const { filter, query, loading } = store.state.list;
    return loading ? undefined : loadList({ filter, query, more: true });
  }

  async function openConversation(id) {
    if (id === store.state.openId) return;
    dispatch({ type: "conversation_opened", id });
    if (!id || store.state.session.phase !== "signed_in") return;
    // A request under way does not name this conversation: were its answer used, changes of it could be missed.
    sync.restart();
    await loadThread(id);
  }

  async function loadThread(conversationId) {
    dispatch({ type: "thread_requested", conversationId });
    // The address may name a conversation that the list does not hold; it comes with its profile.
    if (!store.state.conversations[conversationId]) loadProfile(conversationId);
    try {
      const answer = await api.messages(conversationId);
      dispatch({ type: "thread_loaded", conversationId, answer });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "thread_failed", conversationId, error: errorText(error) });
    }
  }

  async function loadOlder(conversationId) {
    const { before, loadingOlder } = store.state.threads[conversationId];
    if (!before || loadingOlder) return;
    dispatch({ type: "older_requested", conversationId });
    try {
      const answer = await api.messages(conversationId, { before });
      dispatch({ type: "older_loaded", conversationId, answer });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "older_failed", conversationId, error: errorText(error) });
    }
  }

  function writeMessage(conversationId, text) {
    setDraft(conversationId, "");
    return sendText(conversationId, text);
  }

  /** Sends a message that WhatsApp did not take once more, as a new message. */
  function sendAgain(conversationId, message) {
    return sendText(conversationId, message.text);
  }

  function sendText(conversationId, text) {
    const clientMessageId = crypto.randomUUID();
    const { me } = store.state.session;
    const authorName = me.name || me.email || null;
    dispatch({
      type: "message_written",
      conversationId,
      clientMessageId,
      text,
      authorName,
      at: new Date().toISOString(),
    });
    return deliver({ conversationId, clientMessageId, text });
  }

  function retryMessage(conversationId, message) {
    const clientMessageId = message.client_message_id;
    dispatch({ type: "message_retried", conversationId, clientMessageId });
    return deliver({ conversationId, clientMessageId, text: message.text });
  }

  async function deliver({ conversationId, clientMessageId, text }) {
    try {
      const message = await api.sendMessage(conversationId, clientMessageId, text);
      dispatch({ type: "message_received", conversationId, message });
      sync.now();
    } catch (error) {
      if (error.code === "window_closed") withdraw({ conversationId, clientMessageId, text });
      else
        dispatch({
          type: "message_failed",
          conversationId,
          clientMessageId,
          error: { code: error.code, message: errorText(error) },
        });
      endsSession(error);
    }
  }

  function withdraw({ conversationId, clientMessageId, text }) {
    dispatch({ type: "message_withdrawn", conversationId, clientMessageId });
    const draft = store.state.drafts[conversationId];
    setDraft(conversationId, draft ? `${text}\n${draft}` : text);
    toast(texts.errors.window_closed, "danger");
  }

  function setDraft(id, text) {
    dispatch({ type: "draft_changed", id, text });
    saveDrafts(store.state.drafts);
  }

  /** action: pause, resume, read, reset, block or unblock; done, if given, is the toast's text. */
  async function act(id, action, done) {
    const conversation = await guarded(() => api.act(id, action));
    if (!conversation) return;
    dispatch({ type: "conversation_changed", conversation });
    if (done) toast(done);
    sync.now();
  }

  async function loadProfile(id) {
    try {
      dispatch({ type: "profile_loaded", id, profile: await api.profile(id) });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "profile_failed", id, error: errorText(error) });
    }
  }

  /** Saves what changed; rejects with the API's error, whose fields say what was refused. */
  async function saveProfile(id, changes) {
    try {
      dispatch({ type: "profile_loaded", id, profile: await api.changeProfile(id, changes) });
      toast(texts.saved);
      sync.now();
    } catch (error) {
      endsSession(error);
      throw error;
    }
  }

  async function loadStaff() {
    try {
      const { staff } = await api.staff();
      dispatch({ type: "staff_loaded", members: staff });
    } catch (error) {
      if (!endsSession(error)) dispatch({ type: "staff_failed", error: errorText(error) });
    }
  }

  /** Rejects with the API's error, whose fields say what was refused. */
  async function addStaff(email) {
    try {
      dispatch({ type: "staff_added", member: await api.addStaff(email) });
    } catch (error) {
      endsSession(error);
      throw error;
    }
  }

  /** Rejects with the API's error, unless somebody else was faster. */
  async function removeStaff(email) {
    try {
      await api.removeStaff(email);
    } catch (error) {
      endsSession(error);
      if (error.status !== 404) throw error;
    }
    dispatch({ type: "staff_removed", email });
  }

  async function fetchChanges(signal) {
    const { syncCursor, openId } = store.state;
    if (!syncCursor) return loadAgain();
    const changes = await api.changes({ since: syncCursor, conversationId: openId, signal });
    // An answer to a request that was given up does not fit the page any more.
    if (!signal.aborted) dispatch({ type: "changes_received", conversationId: openId, ...changes });
  }

  async function loadAgain() {
    await loadList(store.state.list);
    if (store.state.openId) await loadThread(store.state.openId);
  }

  function syncFailed(error) {
    if (endsSession(error)) return false;
    if (error.status === 403) {
      // An owner took this person off the list.
      dispatch({ type: "start_failed", error: admissionErrorText(error) });
      return false;
    }
    if (LOST_CURSOR.has(error.status)) dispatch({ type: "cursor_lost" });
    dispatch({ type: "connection_changed", connection: navigator.onLine ? "reconnecting" : "offline" });
    return true;
  }

  function endsSession(error) {
    if (!(error instanceof SessionError)) return false;
    sync.stop();
    dispatch({ type: "signed_out", signIn: error.signIn });
    return true;
  }

  async function guarded(call) {
    try {
      return await call();
    } catch (error) {
      if (!endsSession(error)) toast(errorText(error), "danger");
      return null;
    }
  }

  function toast(text, tone = "success") {
    dispatch({ type: "toast_shown", text, tone });
  }

  return {
    start,
    signIn,
    signOut,
    showList,
    loadMoreList,
    openConversation,
    loadThread,
    loadOlder,
    writeMessage,
    retryMessage,
    sendAgain,
    setDraft,
    act,
    loadProfile,
    saveProfile,
    loadStaff,
    addStaff,
    removeStaff,
    fetchChanges,
    syncFailed,
    toggleCard: (open) => dispatch({ type: "card_toggled", open }),
    hideToast: (key) => dispatch({ type: "toast_hidden", key }),
  };
}
