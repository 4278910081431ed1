// What the page can do: each action calls the API and tells the store how it went.
import { createAttempt } from "./actions/attempt.js";
import { createChangeActions } from "./actions/changes.js";
import { createConversationActions } from "./actions/conversations.js";
import { createCountActions } from "./actions/counts.js";
import { createProfileActions } from "./actions/profile.js";
import { createSessionActions } from "./actions/session.js";
import { loadLaterTexts, texts } from "../lib/texts.js";
import { saveDrafts } from "./drafts.js";

/**
 * @import { LaterActions } from "./actions/later.js"
 * @import { Api, Page, Store, Sync, Tone } from "./types.js"
 */

/**
 * What every topic works with.
 * @typedef {{ api: Api, store: Store, sync: Sync }} Parts
 * @typedef {ReturnType<typeof createAttempt>} Attempt
 * @typedef {(text: string, tone?: Tone) => void} ShowToast
 * @typedef {(id: string, text: string) => void} SetDraft
 * @typedef {Parts & Attempt & { toast: ShowToast, setDraft: SetDraft }} Tools
 * @typedef {(call: (later: LaterActions) => void) => Promise<void>} OnceLater
 *   calls once the later actions are there; rejects where they cannot be fetched
 * @typedef {ReturnType<typeof createFirstActions>} FirstActions  what the list can do
 * @typedef {Omit<FirstActions, keyof LaterActions> & LaterActions} Actions  what there is once a lazy view is drawn
 */

/** @param {Parts} parts */
export function createActions(parts) {
  /** @type {FirstActions} */
  const actions = createFirstActions(parts, (later) => Object.assign(actions, later));
  return actions;
}

/**
 * @param {Parts} parts
 * @param {(later: LaterActions) => void} onLater
 */
function createFirstActions(parts, onLater) {
  const { store } = parts;
  const { dispatch } = store;

  /** @type {ShowToast} */
  function toast(text, tone = "success") {
    dispatch({ type: "toast_shown", text, tone });
  }

  /** @type {SetDraft} */
  function setDraft(id, text) {
    dispatch({ type: "draft_changed", id, text });
    saveDrafts(store.state.drafts);
  }

  /** @type {Tools} */
  const tools = { ...parts, ...createAttempt({ ...parts, toast }), toast, setDraft };
  const profile = createProfileActions(tools);
  const conversations = createConversationActions(tools, profile);
  const counts = createCountActions(tools);

  /** @type {Promise<LaterActions> | null} */
  let loading = null;
  /** Has all the other actions at hand, and what they say. */
  function loadLater() {
    loading ??= fetchLater().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  async function fetchLater() {
    const [{ createLaterActions }] = await Promise.all([import("./actions/later.js"), loadLaterTexts()]);
    const later = createLaterActions(tools, { conversations, counts, profile });
    onLater(later);
    return later;
  }

  /** @type {OnceLater} */
  const onceLater = async (call) => call(await loadLater());

  /**
   * A later action that may be asked for before it is there.
   * @template {unknown[]} Values
   * @template Answer
   * @param {(later: LaterActions) => (...values: Values) => Answer} actionOf
   * @returns {(...values: Values) => Answer | Promise<Answer | undefined>}
   */
  function awaited(actionOf) {
    return async (...values) => {
      const later = await loadLater().catch(() => undefined);
      if (later) return actionOf(later)(...values);
      toast(texts.errors.network, "danger");
      return undefined;
    };
  }

  return {
    ...createSessionActions(tools, conversations, counts, onceLater),
    ...conversations,
    ...counts,
    ...createChangeActions(tools, conversations, counts, onceLater),
    ...profile,
    loadLater,
    markDone: awaited(({ markDone }) => markDone),
    markRead: awaited(({ markRead }) => markRead),
    markUnread: awaited(({ markUnread }) => markUnread),
    searchMessages: awaited(({ searchMessages }) => searchMessages),
    sort: awaited(({ sort }) => sort),
    unsentMessages: awaited(({ unsentMessages }) => unsentMessages),
    unsentFiles: () => 0,
    showPage: (/** @type {Page | null} */ page) => dispatch({ type: "page_shown", page }),
    setDraft,
    toggleCard: (/** @type {boolean} */ open) => dispatch({ type: "card_toggled", open }),
    hideToast: (/** @type {number} */ key) => dispatch({ type: "toast_hidden", key }),
  };
}
