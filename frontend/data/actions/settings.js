// The business's settings.
import { errorText } from "../error_text.js";
import { texts } from "../../lib/texts.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { BusinessSettings, PreviewTurn } from "../types.js"
 */

/** @param {Tools} tools */
export function createSettingsActions({ api, store, attempt, toast, toastError }) {
  const { dispatch } = store;

  async function loadSettings() {
    const settings = await attempt(() => api.settings(), {
      failed: (error) => dispatch({ type: "settings_failed", error: errorText(error) }),
    });
    if (settings) dispatch({ type: "settings_loaded", settings });
  }

  async function loadVersions() {
    const answer = await attempt(() => api.settingsVersions(), { failed: toastError });
    if (answer) dispatch({ type: "versions_loaded", versions: answer.versions });
  }

  /** @param {BusinessSettings | null} draft */
  function editSettings(draft) {
    dispatch({ type: "settings_edited", draft });
  }

  /**
   * Rejects with the API's error: its fields say by path what was refused, a conflict that somebody was faster.
   * @param {BusinessSettings} draft
   */
  async function saveSettings(draft) {
    const settings = await attempt(() => api.saveSettings(draft));
    if (!settings) return;
    dispatch({ type: "settings_saved", settings });
    toast(texts.settings.saved);
  }

  /**
   * Saves over what somebody else saved meanwhile; rejects likewise.
   * @param {BusinessSettings} draft
   */
  async function saveSettingsOver(draft) {
    const theirs = await attempt(() => api.settings());
    if (theirs) await saveSettings({ ...draft, version: theirs.version });
  }

  /** @param {number} version */
  async function restoreSettings(version) {
    const seen = store.state.settings.saved?.version ?? 0;
    const settings = await attempt(() => api.restoreSettings(version, seen), { failed: toastError });
    if (!settings) return;
    dispatch({ type: "settings_saved", settings });
    toast(texts.settings.restored(version));
  }

  /**
   * What the assistant would answer under these settings; rejects with the API's error.
   * @param {string} message
   * @param {PreviewTurn[]} turns
   * @param {BusinessSettings} draft
   */
  function preview(message, turns, draft) {
    return attempt(() => api.previewSettings({ message, turns, settings: draft }));
  }

  return { loadSettings, loadVersions, editSettings, saveSettings, saveSettingsOver, restoreSettings, preview };
}
