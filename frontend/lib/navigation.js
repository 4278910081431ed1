// The address keeps what is open: a conversation, #/c/<id>, or the settings, #/settings.

export const SETTINGS = "#/settings";
const OPEN = /^#\/c\/(.+)$/;

/** @param {string} id */
export function linkTo(id) {
  return `#/c/${encodeURIComponent(id)}`;
}

/** The id in the address, or null. */
export function idInAddress(hash = location.hash) {
  try {
    return decodeURIComponent(OPEN.exec(hash)?.[1] ?? "") || null;
  } catch {
    return null;
  }
}

/**
 * Goes to a conversation in place of the one in the address.
 * @param {string} id
 */
export function showConversation(id) {
  location.replace(linkTo(id));
}

/** Tells whether the address is the settings'. */
export function settingsInAddress(hash = location.hash) {
  return hash === SETTINGS;
}

export function openSettings() {
  location.hash = SETTINGS;
}

/**
 * Goes back to the list: through the history where the list is behind, so that "Back" does not return to the chat.
 */
export function closeConversation() {
  if (history.state?.behind === "list") history.back();
  else location.replace("#/");
}

/**
 * Remembers with an entry of the history that the list is behind it.
 * @param {HashChangeEvent} event
 */
export function noteWay({ oldURL }) {
  const from = new URL(oldURL).hash;
  if (idInAddress() && !idInAddress(from) && from !== SETTINGS) history.replaceState({ behind: "list" }, "");
}
