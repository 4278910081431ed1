// What the list shows beside its rows: the counts of its filters, what is selected, and the question of a dialog.

/**
 * @import { Tools } from "../actions.js"
 * @import { SortQuestion } from "../types.js"
 */

/** @typedef {ReturnType<typeof createCountActions>} CountActions */

const COUNT_AFTER_MS = 500; // several changes at once are counted once
const COUNT_EVERY_MS = 5_000; // counting costs the server a read for each filter

/** @param {Tools} tools */
export function createCountActions({ api, store }) {
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

  /** The same without waiting long: whoever changed something looks at what became of it. */
  function countChange() {
    countedAt = 0;
    countSoon();
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

  return { count, countSoon, countChange, select, toggleSelected, askSorting };
}
