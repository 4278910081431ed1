// The contact card.
import { errorText } from "../error_text.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ProfileChanges } from "../types.js"
 */

/** @typedef {ReturnType<typeof createProfileActions>} ProfileActions */

/** @param {Tools} tools */
export function createProfileActions({ api, store, sync, attempt, toast }) {
  const { dispatch } = store;

  /** @param {string} id */
  async function loadProfile(id) {
    const profile = await attempt(() => api.profile(id), {
      failed: (error) => dispatch({ type: "profile_failed", id, error: errorText(error) }),
    });
    if (profile) dispatch({ type: "profile_loaded", id, profile });
  }

  /**
   * Saves what changed; rejects with the API's error, whose fields say what was refused.
   * @param {string} id
   * @param {ProfileChanges} changes
   */
  async function saveProfile(id, changes) {
    const profile = await attempt(() => api.changeProfile(id, changes));
    if (!profile) return;
    dispatch({ type: "profile_loaded", id, profile });
    toast(texts.saved);
    sync.now();
  }

  return { loadProfile, saveProfile };
}
