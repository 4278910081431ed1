// The strings the page shows: Italian unless the browser asks for English.

/**
 * The texts for a browser language such as "en-US"; only they are loaded.
 * @param {string | undefined} language
 */
export async function textsFor(language) {
  if (/^en\b/i.test(language ?? "")) return (await import("../texts/english.js")).english;
  return (await import("../texts/italian.js")).italian;
}

export const texts = await textsFor(globalThis.navigator?.language);

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
