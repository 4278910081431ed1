// How many conversations there are of each kind, which are selected, what is asked about them, who else is there.

import { isSame } from "./order.js";

/** @import { State, StoreEvent } from "../types.js" */

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceSorting(state, action) {
  switch (action.type) {
    case "counts_loaded":
      return { ...state, counted: action.counted };
    case "presence_told":
      if (action.conversationId !== state.openId || isSame(action.others, state.present)) return state;
      return { ...state, present: action.others };
    case "conversation_opened":
      return { ...state, present: [] };
    case "selection_changed":
      return { ...state, selected: action.selected?.length ? action.selected : null };
    case "progressed":
      return { ...state, progress: action.progress };
    case "sorting_asked":
      return { ...state, sorting: action.sorting };
    case "list_requested":
      // Nobody does something with rows that they do not see.
      return action.more ? state : { ...state, selected: null };
    default:
      return state;
  }
}
