// The address keeps what is open: a conversation, #/c/<id>, or a page such as the settings, #/settings.

/** @import { Page } from "../data/types.js" */

/** @type {Page[]} */
const PAGES = ["settings", "overview", "activity"];
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
 * Goes to a conversation.
 * @param {string} id
 */
export function openConversation(id) {
  location.hash = linkTo(id);
}

/**
 * Goes to a conversation in place of the one in the address.
 * @param {string} id
 */
export function showConversation(id) {
  location.replace(linkTo(id));
}

/**
 * Goes to a conversation, from which "Back" returns to where one is.
 * @param {string} id
 */
export function openConversationAt(id) {
  location.hash = linkTo(id);
}

/** The page in the address, or null. */
export function pageInAddress(hash = location.hash) {
  return PAGES.find((page) => hash === `#/${page}`) ?? null;
}

/** @param {Page} page */
export function openPage(page) {
  location.hash = `#/${page}`;
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
  if (idInAddress() && !idInAddress(from) && !pageInAddress(from)) history.replaceState({ behind: "list" }, "");
}
