// What happened: the numbers of days, and what staff did.
import { errorText } from "../error_text.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ActsWanted } from "../types.js"
 */

const DAY_MS = 86_400_000;
/** @type {ActsWanted} */
const EVERYTHING = { who: null, conversationId: null };

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
    const { nextCursor, loading, wanted } = store.state.activity;
    if (loading || (more && !nextCursor)) return;
    dispatch({ type: "activity_loading" });
    const answer = await attempt(() => api.activity(wanted, more ? nextCursor : null), {
      failed: (error) => dispatch({ type: "activity_failed", error: errorText(error) }),
    });
    if (answer && wanted === store.state.activity.wanted)
      dispatch({ type: "activity_loaded", activity: answer.activity, nextCursor: answer.next_cursor, more });
  }

  /**
   * What one person did, or what was done with one conversation.
   * @param {ActsWanted} wanted
   */
  function wantActivity(wanted) {
    dispatch({ type: "activity_wanted", wanted });
    return loadActivity();
  }

  /** The next look at it is at everything again. */
  function forgetActivity() {
    dispatch({ type: "activity_wanted", wanted: EVERYTHING });
  }

  return { loadStats, loadActivity, wantActivity, forgetActivity };
}
