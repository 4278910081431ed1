// What the page can do: each action calls the API and tells the store how it went.
import { createAttempt } from "./actions/attempt.js";
import { createBubbleActions } from "./actions/bubbles.js";
import { createCardActions } from "./actions/card.js";
import { createChangeActions } from "./actions/changes.js";
import { createConversationActions } from "./actions/conversations.js";
import { createDelivery } from "./actions/delivery.js";
import { createFileActions } from "./actions/files.js";
import { createMessageActions } from "./actions/messages.js";
import { createNumberActions } from "./actions/numbers.js";
import { createProfileActions } from "./actions/profile.js";
import { createReplyActions } from "./actions/replies.js";
import { createSearchActions } from "./actions/search.js";
import { createSessionActions } from "./actions/session.js";
import { createSettingsActions } from "./actions/settings.js";
import { createSortingActions } from "./actions/sorting.js";
import { createStaffActions } from "./actions/staff.js";
import { createTemplateActions } from "./actions/templates.js";
import { saveDrafts } from "./drafts.js";

/** @import { Api, Page, Store, Sync, Tone } from "./types.js" */

/**
 * What every topic works with.
 * @typedef {{ api: Api, store: Store, sync: Sync }} Parts
 * @typedef {ReturnType<typeof createAttempt>} Attempt
 * @typedef {(text: string, tone?: Tone) => void} ShowToast
 * @typedef {(id: string, text: string) => void} SetDraft
 * @typedef {Parts & Attempt & { toast: ShowToast, setDraft: SetDraft }} Tools
 */

/** @param {Parts} parts */
export function createActions(parts) {
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
  const delivery = createDelivery(tools);
  const settings = createSettingsActions(tools);
  const sorting = createSortingActions(tools);
  return {
    ...createSessionActions(tools, conversations, delivery, sorting),
    ...conversations,
    ...sorting,
    ...createChangeActions(tools, conversations, delivery, sorting),
    ...createMessageActions(tools, delivery),
    ...createSearchActions(tools, conversations),
    ...createBubbleActions(tools),
    cancelUpload: delivery.cancelUpload,
    unsentFiles: delivery.unsentFiles,
    unsentMessages: delivery.unsentMessages,
    ...createFileActions(tools),
    ...createTemplateActions(tools),
    ...profile,
    ...createCardActions(tools, profile),
    ...createStaffActions(tools),
    ...settings,
    ...createReplyActions(tools, profile, settings.loadSettings),
    ...createNumberActions(tools),
    showPage: (/** @type {Page | null} */ page) => dispatch({ type: "page_shown", page }),
    setDraft,
    toggleCard: (/** @type {boolean} */ open) => dispatch({ type: "card_toggled", open }),
    hideToast: (/** @type {number} */ key) => dispatch({ type: "toast_hidden", key }),
  };
}
