// Coming in and going out.
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

  /** What was not sent is given up. */
  async function signOut({ everywhere = false } = {}) {
    sync.stop();
    await onceLater(({ giveUp }) => giveUp()).catch(() => {});
    await attempt(() => api.logout({ everywhere }), { failed: toastError });
    await start();
  }

  return { start, signIn, signOut };
}
