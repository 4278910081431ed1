// What happened: the numbers of the last days, and what staff did.
/** @import { ActivityState, OverviewState, State, StoreEvent } from "../types.js" */

/** @type {OverviewState} */
export const noOverview = { length: 28, stats: null, error: null };
/** @type {ActivityState} */
export const noActivity = {
  wanted: { who: null, conversationId: null },
  acts: null,
  nextCursor: null,
  loading: false,
  error: null,
};

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceNumbers(state, action) {
  switch (action.type) {
    case "stats_loading":
      return { ...state, overview: { ...state.overview, length: action.length, error: null } };
    case "stats_loaded":
      return { ...state, overview: { ...state.overview, stats: action.stats, error: null } };
    case "stats_failed":
      return { ...state, overview: { ...state.overview, error: action.error } };
    case "activity_wanted":
      return { ...state, activity: { ...noActivity, wanted: action.wanted } };
    case "activity_loading":
      return { ...state, activity: { ...state.activity, loading: true, error: null } };
    case "activity_loaded": {
      const before = (action.more && state.activity.acts) || [];
      const acts = [...before, ...action.activity];
      return { ...state, activity: { ...noActivity, wanted: state.activity.wanted, acts, nextCursor: action.nextCursor } };
    }
    case "activity_failed":
      return { ...state, activity: { ...state.activity, loading: false, error: action.error } };
    default:
      return state;
  }
}
