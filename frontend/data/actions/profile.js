// The contact card.
import { errorText } from "../error_text.js";

/** @import { Tools } from "../actions.js" */

/** @typedef {ReturnType<typeof createProfileActions>} ProfileActions */

/** @param {Tools} tools */
export function createProfileActions({ api, store, attempt }) {
  const { dispatch } = store;

  /** @param {string} id */
  async function loadProfile(id) {
    const profile = await attempt(() => api.profile(id), {
      failed: (error) => dispatch({ type: "profile_failed", id, error: errorText(error) }),
    });
    if (profile) dispatch({ type: "profile_loaded", id, profile });
  }

  return { loadProfile };
}
