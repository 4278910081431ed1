// Texts and searches folded alike, as the server folds them (shared/model/search.py): no case, no accents, no signs.

/** @type {Record<string, string>} */
const PLAIN = { ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };
const MARKED = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");
const WORD = /[\p{L}\p{N}]+/gu;
const NUMBER = /(?:\+|\b00)?\d(?:[\s()+./\u00a0-]*\d)*/g;
const LAST_DIGITS = 4;

/** @param {string} text */
export function wordsOf(text) {
  const apart = text.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return apart.replaceAll(MARKED, (letter) => PLAIN[letter]).match(WORD) ?? [];
}

/**
 * What a number is searched by, as it is shown: "+39 320 555 0188" with and without its first group, and its end.
 * @param {string | null} phone
 */
export function phoneWords(phone) {
  if (!phone) return [];
  const [, ...national] = phone.split(/\s+/);
  const digits = phone.replaceAll(/\D/g, "");
  return [digits, national.join("").replaceAll(/\D/g, ""), digits.slice(-LAST_DIGITS)];
}

/** @param {string} search */
export function wantedWords(search) {
  return wordsOf(search.replaceAll(NUMBER, (number) => ` ${number.replaceAll(/\D/g, "").replace(/^00/, "")} `));
}
