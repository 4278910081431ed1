// Coming in and going out.
import { draftsOwner, forgetDrafts, ownDrafts } from "../drafts.js";
import { admissionErrorText } from "../error_text.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Credentials, Me } from "../types.js"
 * @import { ConversationActions } from "./conversations.js"
 * @import { CountActions } from "./counts.js"
 * @import { OnceLater } from "../actions.js"
 */

/**
 * @param {Tools} tools
 * @param {ConversationActions} conversations
 * @param {CountActions} counts
 * @param {OnceLater} onceLater
 */
export function createSessionActions({ api, store, sync, attempt, toastError }, { loadList, loadThread }, { count }, onceLater) {
  const { dispatch } = store;
  // Of whoever signs out nothing stays on this computer, not in another tab either.
  const tabs = new BroadcastChannel("session");
  tabs.onmessage = async () => {
    await giveUpUnsent();
    leave();
    await start();
  };

  async function start() {
    dispatch({ type: "starting" });
    try {
      const me = await api.me();
      if (me.signed_in) await enter(me);
      else dispatch({ type: "signed_out", signIn: me.sign_in });
    } catch (error) {
      dispatch({ type: "start_failed", error: admissionErrorText(error) });
    }
  }

  /** @param {Me} me */
  async function enter(me) {
    if (![me.email, ""].includes(draftsOwner())) leave();
    ownDrafts(me.email);
    dispatch({ type: "signed_in", me });
    count();
    await loadList({ filter: "all", query: "" });
    if (store.state.openId) loadThread(store.state.openId);
    // What could not be fetched is asked for again with every change, see changes.js.
    await onceLater(({ restore }) => restore()).catch(() => {});
    sync.start();
  }

  /**
   * Rejects with the API's error.
   * @param {Credentials} credentials
   */
  async function signIn(credentials) {
    await enter(await api.login(credentials));
  }

  /** What was not sent is given up, and what was written and not saved forgotten. */
  async function signOut({ everywhere = false } = {}) {
    await giveUpUnsent();
    let isOut = true;
    await attempt(() => api.logout({ everywhere }), {
      failed: (error) => {
        isOut = false;
        toastError(error);
      },
    });
    if (isOut) {
      leave();
      tabs.postMessage("left");
    }
    await start();
  }

  async function giveUpUnsent() {
    sync.stop();
    await onceLater(({ giveUp }) => giveUp()).catch(() => {});
  }

  function leave() {
    forgetDrafts();
    dispatch({ type: "left" });
  }

  return { start, signIn, signOut };
}
