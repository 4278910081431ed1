// What happened: the numbers of days, and what staff did.
import { errorText } from "../error_text.js";

/** @import { Tools } from "../actions.js" */

const DAY_MS = 86_400_000;

/** @param {Tools} tools */
export function createNumberActions({ api, store, attempt }) {
  const { dispatch } = store;

  /** @param {number} [length]  how many days, until today */
  async function loadStats(length = store.state.overview.length) {
    dispatch({ type: "stats_loading", length });
    // The end is the business's today, which the server knows.
    const first = new Date(Date.now() - (length - 1) * DAY_MS).toISOString().slice(0, 10);
    const stats = await attempt(() => api.stats(first), {
      failed: (error) => dispatch({ type: "stats_failed", error: errorText(error) }),
    });
    if (stats && store.state.overview.length === length) dispatch({ type: "stats_loaded", stats });
  }

  async function loadActivity({ more = false } = {}) {
    const { nextCursor, loading } = store.state.activity;
    if (loading || (more && !nextCursor)) return;
    dispatch({ type: "activity_loading" });
    const answer = await attempt(() => api.activity(more ? nextCursor : null), {
      failed: (error) => dispatch({ type: "activity_failed", error: errorText(error) }),
    });
    if (answer) dispatch({ type: "activity_loaded", activity: answer.activity, nextCursor: answer.next_cursor, more });
  }

  return { loadStats, loadActivity };
}
