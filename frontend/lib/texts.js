// The strings the page shows: Italian unless the browser asks for English.

/**
 * @typedef {typeof import("../texts/italian.js").italian} First
 * @typedef {typeof import("../texts/italian_later.js").italianLater} Later
 */

const LANGUAGE = globalThis.navigator?.language;

/**
 * What is said at once, for a browser language such as "en-US"; nothing of another language is loaded.
 * @param {string | undefined} language
 * @returns {Promise<First>}
 */
export async function textsFor(language) {
  return isEnglish(language) ? (await import("../texts/english.js")).english : (await import("../texts/italian.js")).italian;
}

/**
 * What is said in conversations and in the other rooms.
 * @param {string | undefined} language
 * @returns {Promise<Later>}
 */
export async function laterTextsFor(language) {
  if (isEnglish(language)) return (await import("../texts/english_later.js")).englishLater;
  return (await import("../texts/italian_later.js")).italianLater;
}

/** @param {string | undefined} language */
function isEnglish(language) {
  return /^en\b/i.test(language ?? "");
}

/** All texts; those of rooms are there before their room is, see views/lazy.js. */
export const texts = /** @type {First & Later} */ ({ ...(await textsFor(LANGUAGE)) });

export async function loadLaterTexts() {
  Object.assign(texts, await laterTextsFor(LANGUAGE));
}

/**
 * The entry of a table for a code that came from outside, or undefined.
 * @template T
 * @param {Record<string, T>} table
 * @param {string | null | undefined} code
 */
export function wordFor(table, code) {
  const key = code ?? "";
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
