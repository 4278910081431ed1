// Unsent and unsaved texts survive a reload of the tab and the session's end, and go when the tab is closed, when
// somebody signs out, and when somebody else signs in.
import { emptyCard } from "./state/card.js";

/** @import { Card, CardDrafts } from "./types.js" */

const DRAFTS = "drafts";
const CARDS = "card-drafts";
const OWNER = "drafts-of";

/** @returns {Record<string, string>} by conversation id */
export function loadDrafts() {
  return load(DRAFTS);
}

/** @param {Record<string, string>} drafts */
export function saveDrafts(drafts) {
  save(DRAFTS, Object.fromEntries(Object.entries(drafts).filter(([, text]) => text)));
}

/** @returns {Record<string, Card>} by conversation id */
export function loadCardDrafts() {
  /** @type {[string, CardDrafts][]} */
  const kept = Object.entries(load(CARDS));
  return Object.fromEntries(kept.map(([id, drafts]) => [id, { ...emptyCard, ...drafts }]));
}

/** @param {Record<string, Card>} cards */
export function saveCardDrafts(cards) {
  const filled = Object.entries(cards).filter(([, { edits, note }]) => note || Object.keys(edits).length);
  save(CARDS, Object.fromEntries(filled.map(([id, { edits, note }]) => [id, { edits, note }])));
}

/** Whose they are: an e-mail address, empty if nobody's. */
export function draftsOwner() {
  return load(OWNER).email ?? "";
}

/** @param {string} email */
export function ownDrafts(email) {
  save(OWNER, { email });
}

export function forgetDrafts() {
  for (const key of [DRAFTS, CARDS, OWNER]) save(key, {});
}

/** @param {string} key */
function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 */
function save(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the draft is still in the page.
  }
}
