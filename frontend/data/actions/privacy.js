// A customer's rights, from the contact card: the file with all that is kept of them, and erasing it.
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { Erasure, Export } from "../types.js"
 */

const ASK_EVERY_MS = 1000;
const ASK_AT_MOST = 600;

/** @param {Tools} tools */
export function createPrivacyActions({ api, sync, attempt, toast, toastError }) {
  /** @param {string} id */
  const contact = (id) => `/api/contacts/${encodeURIComponent(id)}`;
  const pause = () => new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));

  /**
   * Has a customer's file made anew, and tells how far it is until it is made; rejects with the API's error.
   * @param {string} id
   * @param {(state: Export) => void} onProgress
   * @param {AbortSignal} signal  of who does not want to know any more
   */
  async function exportCustomer(id, onProgress, signal) {
    /** @type {{ export: string } | undefined} */
    const begun = await attempt(() => api.request("GET", `${contact(id)}/export?fresh=true`));
    for (let asked = 0; begun && asked < ASK_AT_MOST && !signal.aborted; asked += 1) {
      /** @type {Export | undefined} */
      const state = await attempt(() => api.request("GET", `/api/exports/${begun.export}`));
      if (!state || signal.aborted) return;
      onProgress(state);
      if (state.state === "done" || state.state === "failed") return;
      await pause();
    }
  }

  /**
   * Sends a customer what is kept of them.
   * @param {string} id
   */
  async function sendExport(id) {
    const sent = await attempt(() => api.request("POST", `${contact(id)}/export/send`, { body: {} }), { failed: toastError });
    if (sent) toast(texts.privacy.sent);
    sync.now();
  }

  /**
   * Erases a customer, and says so when it is done; rejects with the API's error, which says what was not confirmed.
   * @param {string} id
   * @param {string} confirm
   */
  async function eraseCustomer(id, confirm) {
    /** @type {{ erasure: string } | undefined} */
    const begun = await attempt(() => api.request("DELETE", contact(id), { body: { confirm } }));
    if (!begun) return;
    toast(texts.privacy.erasing);
    sync.now();
    void followErasure(begun.erasure);
  }

  /** @param {string} erasure */
  async function followErasure(erasure) {
    for (let asked = 0; asked < ASK_AT_MOST; asked += 1) {
      /** @type {Erasure | undefined} */
      const found = await attempt(() => api.request("GET", `/api/erasures/${erasure}`), { failed: () => undefined });
      if (!found) return;
      if (found.state === "done") return void toast(texts.privacy.erased(found.erased.messages ?? 0));
      await pause();
    }
  }

  return { exportCustomer, sendExport, eraseCustomer };
}
