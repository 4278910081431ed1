// The page's state. The only module that changes it: everything else dispatches an action and reads the result.
import { reduceCards } from "./state/card.js";
import { reduceConversations } from "./state/conversations.js";
import { isSame } from "./state/order.js";
import { noActivity, noOverview, reduceNumbers } from "./state/numbers.js";
import { noReplies, reduceReplies } from "./state/replies.js";
import { noSearch, reduceSearch } from "./state/search.js";
import { reduceSorting } from "./state/sorting.js";
import { noSettings, reduceSettings } from "./state/settings.js";
import { reduceThreads } from "./state/threads.js";

/** @import { Member, State, Store, StoreEvent } from "./types.js" */

/** @type {State} */
export const initialState = {
  session: { phase: "starting", me: null, signIn: null, ended: false, error: null },
  connection: "online",
  notices: [],
  syncCursor: null,
  list: { filter: "all", query: "", ids: [], nextCursor: null, loading: false, loaded: false, error: null },
  counted: { counts: {}, labels: [], time_zone: "", pause_minutes: 0 },
  present: [],
  selected: null,
  progress: null,
  sorting: null,
  conversations: {},
  threads: {},
  profiles: {},
  cards: {},
  staff: { members: null, error: null },
  search: { all: noSearch, chat: noSearch },
  sought: null,
  drafts: {},
  attachments: {},
  quotes: {},
  templates: { items: null, hint: null, error: null },
  replies: noReplies,
  settings: noSettings,
  overview: noOverview,
  activity: noActivity,
  page: null,
  openId: null,
  cardOpen: false,
  toast: null,
};

/**
 * An observable store: dispatch(action) changes the state.
 * @returns {Store}
 */
export function createStore(state = initialState) {
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/**
 * The next state; pure, and the same object when nothing changed.
 * @param {State} state
 * @param {StoreEvent} action
 */
export function reduce(state, action) {
  const reducers = [
    reducePage,
    reduceSorting,
    reduceConversations,
    reduceThreads,
    reduceCards,
    reduceSettings,
    reduceReplies,
    reduceNumbers,
    reduceSearch,
  ];
  return reducers.reduce((next, reducer) => reducer(next, action), state);
}

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
function reducePage(state, action) {
  switch (action.type) {
    case "signed_in":
      return { ...state, session: { ...initialState.session, phase: "signed_in", me: action.me } };
    case "signed_out":
      return {
        ...initialState,
        drafts: state.drafts,
        cards: state.cards,
        attachments: state.attachments,
        quotes: state.quotes,
        settings: { ...noSettings, draft: state.settings.draft },
        page: state.page,
        openId: state.openId,
        cardOpen: state.cardOpen,
        session: { ...initialState.session, phase: "signed_out", signIn: action.signIn, ended: action.ended === true },
      };
    case "left":
      return { ...initialState, page: state.page, openId: state.openId, cardOpen: state.cardOpen, toast: state.toast };
    case "start_failed":
      return { ...state, session: { ...initialState.session, phase: "failed", error: action.error } };
    case "starting":
      return { ...state, session: initialState.session };
    case "page_shown":
      return { ...state, page: action.page };
    case "connection_changed":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
    case "changes_received":
      return {
        ...state,
        connection: "online",
        syncCursor: action.sync,
        notices: isSame(state.notices, action.notices) ? state.notices : action.notices,
      };
    case "cursor_lost":
      return { ...state, syncCursor: null };
    case "conversation_opened":
      return { ...state, openId: action.id };
    case "card_toggled":
      return { ...state, cardOpen: action.open };
    case "profile_loaded":
      return {
        ...state,
        profiles: { ...state.profiles, [action.id]: { profile: action.profile, error: null } },
      };
    case "profile_failed":
      return {
        ...state,
        profiles: { ...state.profiles, [action.id]: { ...state.profiles[action.id], error: action.error } },
      };
    case "staff_loaded":
      return { ...state, staff: { members: action.members, error: null } };
    case "staff_failed":
      return { ...state, staff: { ...state.staff, error: action.error } };
    case "staff_saved":
      return withStaff(state, (others) => [...others, action.member], action.member.email);
    case "staff_removed":
      return withStaff(state, (others) => others, action.email);
    case "draft_changed":
      return { ...state, drafts: { ...state.drafts, [action.id]: action.text } };
    case "quote_changed":
      return { ...state, quotes: { ...state.quotes, [action.conversationId]: action.quoted } };
    case "attachments_changed":
      return {
        ...state,
        attachments: { ...state.attachments, [action.conversationId]: action.attachments },
      };
    case "templates_loaded":
      return {
        ...state,
        templates: { items: action.answer.templates, hint: action.answer.hint ?? null, error: null },
      };
    case "templates_failed":
      return { ...state, templates: { ...state.templates, error: action.error } };
    case "toast_shown":
      return {
        ...state,
        toast: { key: (state.toast?.key ?? 0) + 1, text: action.text, tone: action.tone },
      };
    case "toast_hidden":
      return state.toast?.key === action.key ? { ...state, toast: null } : state;
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {(others: Member[]) => Member[]} change
 * @param {string} email
 * @returns {State}
 */
function withStaff(state, change, email) {
  const others = (state.staff.members ?? []).filter((member) => member.email !== email);
  return { ...state, staff: { members: change(others), error: null } };
}
