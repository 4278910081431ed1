// The strings the page shows: Italian unless the browser asks for English.
import { english } from "../texts/english.js";
import { italian } from "../texts/italian.js";

/**
 * The texts for a browser language such as "en-US".
 * @param {string | undefined} language
 */
export function textsFor(language) {
  return /^en\b/i.test(language ?? "") ? english : italian;
}

export const texts = textsFor(globalThis.navigator?.language);

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
