// The session that another tab of this browser began. The cookie is then that tab's, and what this page says of itself
// with a change belongs to a session that is over: the server refuses it.
import { ApiError, SessionError } from "./api.js";

/** @import { Me, Stranger } from "./types.js" */

/**
 * @param {object} options
 * @param {() => Me | null} options.present  who is signed in, as this page knows it
 * @param {() => Promise<Me | Stranger>} options.ask
 * @param {(me: Me) => void} options.onRenewed  is told of the new session
 */
export function createRenewal({ present, ask, onRenewed }) {
  /**
   * Calls with the session's token, once more if it was refused and the same person has another one by now; rejects
   * with a SessionError where somebody else has, in whose name nothing may be done here.
   * @template T
   * @param {(token: string | undefined) => Promise<T>} call
   * @returns {Promise<T>}
   */
  return async function withToken(call) {
    const before = present();
    try {
      return await call(before?.csrf_token);
    } catch (error) {
      if (!before || !(error instanceof ApiError) || error.status !== 403) throw error;
      const now = await ask();
      if (!now.signed_in || now.email !== before.email)
        throw new SessionError("", { code: "unauthenticated", status: 401, signIn: now.signed_in ? null : now.sign_in });
      if (now.csrf_token === before.csrf_token) throw error;
      onRenewed(now);
      return call(now.csrf_token);
    }
  };
}
