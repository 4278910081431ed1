// What staff decide about conversations, one or a selection, and who of them is there.
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Conversation, Sorting } from "../types.js"
 * @import { CountActions } from "./counts.js"
 * @typedef {(conversation: Conversation) => Promise<Conversation>} Change
 */

/**
 * @param {Tools} tools
 * @param {CountActions} counts
 */
export function createSortingActions({ api, store, sync, attempt, toast, toastError }, { countChange, select }) {
  const { dispatch } = store;

  /**
   * Tells that a conversation is open here, and who else has it open; nobody, where that cannot be learnt.
   * @param {string} id
   * @param {boolean} typing
   */
  async function beat(id, typing) {
    const answer = await api.beat(id, typing).catch(() => null);
    dispatch({ type: "presence_told", conversationId: id, others: answer?.others ?? [] });
  }

  /**
   * Changes conversations one after the other, and says how many could not be.
   * @param {string[]} ids
   * @param {Change} change
   * @param {string} [done]  the toast's text
   */
  async function forEach(ids, change, done) {
    let failed = 0;
    /** @type {unknown} */
    let why;
    for (const [index, id] of ids.entries()) {
      if (ids.length > 1) dispatch({ type: "progressed", progress: { done: index, of: ids.length } });
      const known = store.state.conversations[id];
      const conversation =
        known &&
        (await attempt(() => change(known), {
          failed: (error) => {
            failed += 1;
            why = error;
          },
        }));
      if (store.state.session.phase !== "signed_in") return;
      if (conversation) dispatch({ type: "conversation_changed", conversation });
    }
    dispatch({ type: "progressed", progress: null });
    tell(ids, failed, why, done);
    countChange();
    sync.now();
  }

  /**
   * @param {string[]} ids
   * @param {number} failed
   * @param {unknown} why
   * @param {string} [done]
   */
  function tell(ids, failed, why, done) {
    if (failed === 1 && ids.length === 1) toastError(why);
    else if (failed) toast(texts.sortDialogs.partly(ids.length - failed, ids.length), "danger");
    else {
      if (done) toast(done);
      if (store.state.selected && ids.length > 1) select(null);
    }
  }

  /**
   * @param {string[]} ids
   * @param {Sorting | ((conversation: Conversation) => Sorting)} changes
   * @param {string} [done]
   */
  function sort(ids, changes, done) {
    return forEach(ids, (known) => api.sort(known.id, typeof changes === "function" ? changes(known) : changes), done);
  }

  /**
   * What there is to look at now: more may come before the turn of the last of many.
   * @param {string[]} ids
   */
  function newsOf(ids) {
    return new Map(ids.map((id) => [id, store.state.conversations[id]?.news]));
  }

  /** @param {string[]} ids */
  function markRead(ids) {
    const seen = newsOf(ids);
    return forEach(ids, ({ id }) => api.read(id, { seen: seen.get(id) }));
  }

  /** @param {string[]} ids */
  function markUnread(ids) {
    return forEach(ids, ({ id }) => api.act(id, "unread"));
  }

  /** @param {string[]} ids */
  function markDone(ids) {
    const seen = newsOf(ids);
    return forEach(ids, ({ id }) => api.read(id, { seen: seen.get(id), dismiss: true }));
  }

  return { beat, sort, markRead, markUnread, markDone };
}
