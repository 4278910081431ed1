// The outbox: texts that were written and have not reached the server. It survives the tab, and ends with signing out.
// A file is kept by the page alone, since storage holds none.
import { compare } from "./state/order.js";

/**
 * @import { MessageWritten, Problem } from "./types.js"
 * @typedef {Omit<MessageWritten, "type"> & { error?: Problem, wantedAt?: string }} Written
 *   error: why the server refused it; wantedAt: when somebody last asked for it to be sent
 */

const KEY = "outbox";

/**
 * What somebody wrote and the server has not got, the oldest first.
 * @param {string} account
 * @returns {Written[]}
 */
export function unsent(account) {
  return Object.values(load()[account] ?? {}).sort((one, other) => compare(one.at, other.at));
}

/**
 * @param {string} account
 * @param {Written} written
 */
export function keep(account, written) {
  if (written.attachment) return;
  const all = load();
  save({ ...all, [account]: { ...all[account], [written.clientMessageId]: written } });
}

/**
 * @param {string} account
 * @param {string} clientMessageId
 */
export function drop(account, clientMessageId) {
  const { [clientMessageId]: gone, ...others } = load()[account] ?? {};
  if (gone) save({ ...load(), [account]: others });
}

/** @param {string} account */
export function forget(account) {
  save({ ...load(), [account]: {} });
}

/** @returns {Record<string, Record<string, Written>>} by account and client message id */
function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Record<string, Record<string, Written>>} all */
function save(all) {
  try {
    const filled = Object.entries(all).filter(([, written]) => Object.keys(written).length);
    if (filled.length) localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(filled)));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is full or forbidden: the message is still in the page.
  }
}
