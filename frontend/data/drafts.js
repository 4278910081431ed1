// Unsent and unsaved texts survive a reload of the tab, and go when the tab is closed.
import { emptyCard } from "./state/card.js";

/** @import { Card, CardDrafts } from "./types.js" */

const DRAFTS = "drafts";
const CARDS = "card-drafts";

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
