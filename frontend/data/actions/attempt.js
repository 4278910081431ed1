// What becomes of a call that fails, said once for all actions.
import { errorText } from "../error_text.js";
import { SessionError } from "../api.js";

/** @import { Parts, ShowToast } from "../actions.js" */

/** @param {Parts & { toast: ShowToast }} parts */
export function createAttempt({ store, sync, toast }) {
  /**
   * Calls, and resolves with the answer. When the session is over, the sign-in screen comes; any other error goes
   * to `failed`. Either way it resolves with undefined then; without `failed` it rejects with the error.
   * @template T
   * @param {() => Promise<T>} call
   * @param {{ failed?: (error: unknown) => void }} [options]
   * @returns {Promise<T | undefined>}
   */
  async function attempt(call, { failed } = {}) {
    try {
      return await call();
    } catch (error) {
      const ended = endsSession(error);
      if (!failed) throw error;
      if (!ended) failed(error);
      return undefined;
    }
  }

  /**
   * Tells whether an error is the session's end, and deals with it.
   * @param {unknown} error
   */
  function endsSession(error) {
    if (!(error instanceof SessionError)) return false;
    sync.stop();
    store.dispatch({ type: "signed_out", signIn: error.signIn, ended: store.state.session.phase === "signed_in" });
    return true;
  }

  /**
   * For `failed`: says it in a toast.
   * @param {unknown} error
   */
  function toastError(error) {
    toast(errorText(error), "danger");
  }

  return { attempt, endsSession, toastError };
}
