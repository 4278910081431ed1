// What the page can do: each action calls the API and tells the store how it went.
import { SessionError } from "./api.js";
import { saveDrafts } from "./drafts.js";
import { admissionErrorText, errorText } from "./error_text.js";
import { showConversation } from "./navigation.js";
import { createSendActions } from "./send_actions.js";
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
    if (signal.aborted) return;
    dispatch({ type: "changes_received", conversationId: openId, ...changes });
    const gone = changes.conversations.find(({ id, deleted }) => deleted && id === openId);
    if (gone) leaveDeleted(gone);
  }

  /** Two contacts turned out to be one: whoever reads the one that is gone goes on in the other. */
  function leaveDeleted({ id, merged_into: other }) {
    const error = texts.errors.not_found;
    if (!other) return dispatch({ type: "thread_failed", conversationId: id, error });
    const { drafts, attachments } = store.state;
    if (drafts[id] && !drafts[other]) setDraft(other, drafts[id]);
    if (attachments[id] && !attachments[other])
      dispatch({ type: "attachment_changed", conversationId: other, attachment: attachments[id] });
    return showConversation(other);
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
    ...createSendActions({ api, store, sync, endsSession, setDraft, toast }),
    start,
    signIn,
    signOut,
    showList,
    loadMoreList,
    openConversation,
    loadThread,
    loadOlder,
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
