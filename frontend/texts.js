// The strings the page shows: Italian unless the browser asks for English.
import { english } from "./texts/english.js";
import { italian } from "./texts/italian.js";

/** The texts for a browser language such as "en-US". */
export function textsFor(language) {
  return /^en\b/i.test(language ?? "") ? english : italian;
}

export const texts = textsFor(globalThis.navigator?.language);

/** The entry of a table for a code that came from outside, or undefined. */
export function wordFor(table, code) {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
