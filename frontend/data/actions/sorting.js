// Who needs whom: the counts, and what staff decide about conversations, one or a selection.
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Conversation, Sorting, SortQuestion } from "../types.js"
 * @typedef {(conversation: Conversation) => Promise<Conversation>} Change
 */

/** @typedef {ReturnType<typeof createSortingActions>} SortingActions */

const COUNT_AFTER_MS = 500; // several changes at once are counted once
const COUNT_EVERY_MS = 5_000; // counting costs the server a read for each filter

/** @param {Tools} tools */
export function createSortingActions({ api, store, sync, attempt, toast, toastError }) {
  const { dispatch } = store;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let countedAt = 0;

  /** Counts anew, a little later and not too often. */
  function countSoon() {
    timer ??= setTimeout(count, Math.max(COUNT_AFTER_MS, countedAt + COUNT_EVERY_MS - Date.now()));
  }

  async function count() {
    clearTimeout(timer);
    timer = undefined;
    countedAt = Date.now();
    if (store.state.session.phase !== "signed_in") return;
    // What cannot be counted now is with the next change; that the session ended is for others to tell.
    const counted = await api.counts().catch(() => null);
    if (counted) dispatch({ type: "counts_loaded", counted });
  }

  /**
   * Tells that a conversation is open here, and who else has it open; nobody, where that cannot be learnt.
   * @param {string} id
   * @param {boolean} typing
   */
  async function beat(id, typing) {
    const answer = await api.beat(id, typing).catch(() => null);
    dispatch({ type: "presence_told", conversationId: id, others: answer?.others ?? [] });
  }

  /** @param {string[] | null} selected */
  function select(selected) {
    dispatch({ type: "selection_changed", selected });
  }

  /** @param {string} id */
  function toggleSelected(id) {
    const selected = store.state.selected ?? [];
    select(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
  }

  /**
   * @param {SortQuestion | null} question
   * @param {string[]} [ids]
   */
  function askSorting(question, ids = []) {
    dispatch({ type: "sorting_asked", sorting: question && { question, ids } });
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
    countedAt = 0; // whoever changed something looks at what became of it
    countSoon();
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
    else if (failed) toast(texts.sorting.partly(ids.length - failed, ids.length), "danger");
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

  /** @param {string[]} ids */
  function markRead(ids) {
    return forEach(ids, ({ id }) => api.act(id, "read"));
  }

  /** @param {string[]} ids */
  function markUnread(ids) {
    return forEach(ids, ({ id }) => api.act(id, "unread"));
  }

  /** @param {string[]} ids */
  function markDone(ids) {
    return forEach(ids, ({ id }) => api.dismiss(id));
  }

  return { count, countSoon, beat, select, toggleSelected, askSorting, sort, markRead, markUnread, markDone };
}
