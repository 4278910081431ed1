// Who may use the page.
import { errorText } from "../error_text.js";
import { ApiError } from "../api.js";

/** @import { Tools } from "../actions.js" */

/** @param {Tools} tools */
export function createStaffActions({ api, store, attempt }) {
  const { dispatch } = store;

  async function loadStaff() {
    const answer = await attempt(() => api.staff(), {
      failed: (error) => dispatch({ type: "staff_failed", error: errorText(error) }),
    });
    if (answer) dispatch({ type: "staff_loaded", members: answer.staff });
  }

  /**
   * Rejects with the API's error, whose fields say what was refused.
   * @param {string} email
   */
  async function addStaff(email) {
    const member = await attempt(() => api.addStaff(email));
    if (member) dispatch({ type: "staff_added", member });
  }

  /**
   * Rejects with the API's error, unless somebody else was faster.
   * @param {string} email
   */
  async function removeStaff(email) {
    try {
      await attempt(() => api.removeStaff(email));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
    dispatch({ type: "staff_removed", email });
  }

  return { loadStaff, addStaff, removeStaff };
}
