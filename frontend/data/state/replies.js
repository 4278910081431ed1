// The canned replies, as they were read last.

/** @import { RepliesState, State, StoreEvent } from "../types.js" */

/** @type {RepliesState} */
export const noReplies = { items: null, tag: null, error: null };

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceReplies(state, action) {
  switch (action.type) {
    case "replies_loaded":
      return { ...state, replies: { items: action.replies, tag: action.tag, error: null } };
    case "replies_failed":
      return { ...state, replies: { ...state.replies, error: action.error } };
    default:
      return state;
  }
}
