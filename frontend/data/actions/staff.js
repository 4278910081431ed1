// Who may use the page.
import { errorText } from "../error_text.js";
import { ApiError } from "../api.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Role } from "../types.js"
 */

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
   * Puts somebody on the list, or gives them another role. Rejects with the API's error, whose fields say what was
   * refused.
   * @param {string} email
   * @param {Role} role
   */
  async function saveStaff(email, role) {
    const member = await attempt(() => api.saveStaff(email, role));
    if (member) dispatch({ type: "staff_saved", member });
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

  return { loadStaff, saveStaff, removeStaff };
}
