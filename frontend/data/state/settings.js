// The business's settings: as they are saved, and as somebody is changing them.
/** @import { BusinessSettings, SettingsState, State, StoreEvent } from "../types.js" */

/** @type {SettingsState} */
export const noSettings = { saved: null, draft: null, error: null, versions: null };

/**
 * @param {State} state
 * @param {StoreEvent} action
 * @returns {State}
 */
export function reduceSettings(state, action) {
  switch (action.type) {
    case "settings_loaded":
      return withSettings(state, { saved: action.settings, error: null });
    case "settings_saved":
      return withSettings(state, { saved: action.settings, draft: null, error: null, versions: null });
    case "settings_failed":
      return withSettings(state, { error: action.error });
    case "settings_edited":
      return withSettings(state, { draft: action.draft });
    case "versions_loaded":
      return withSettings(state, { versions: action.versions });
    default:
      return state;
  }
}

/**
 * The same settings with another value at a path such as `business.hours.holidays` or `fields.0.label`.
 * @template {object} T
 * @param {T} settings
 * @param {string} path
 * @param {unknown} value
 * @returns {T}
 */
export function withValue(settings, path, value) {
  return /** @type {T} */ (placed(settings, path.split("."), value));
}

/**
 * The value at a path, undefined where there is none.
 * @param {unknown} settings
 * @param {string} path
 */
export function valueAt(settings, path) {
  return path.split(".").reduce((/** @type {any} */ here, name) => here?.[name], settings);
}

/**
 * @param {any} here
 * @param {string[]} path
 * @param {unknown} value
 * @returns {any}
 */
function placed(here, [name, ...rest], value) {
  const next = rest.length ? placed(here?.[name], rest, value) : value;
  if (Array.isArray(here)) return here.map((each, index) => (String(index) === name ? next : each));
  return { ...here, [name]: next };
}

/**
 * @param {State} state
 * @param {Partial<SettingsState>} changes
 * @returns {State}
 */
function withSettings(state, changes) {
  return { ...state, settings: { ...state.settings, ...changes } };
}
