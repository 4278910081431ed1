// Where a text has the words that were searched for, to be marked in it.
import { wantedWords, wordsOf } from "./search.js";

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const BEFORE = 30; // characters of a long text that are shown before the first word that was found
const LONG_START = 60;

/** @typedef {{ text: string, found: boolean }} Piece */

/**
 * A text in pieces, and which of them were searched for: the beginnings of words, whatever their case and accents.
 * @param {string} text
 * @param {string} query
 * @returns {Piece[]}
 */
export function pieces(text, query) {
  const wanted = [...new Set([...wordsOf(query), ...wantedWords(query)])].sort((one, other) => other.length - one.length);
  /** @type {Piece[]} */
  const found = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const length = foundLength(word, wanted);
    if (!length) continue;
    if (index > end) found.push({ text: text.slice(end, index), found: false });
    found.push({ text: text.slice(index, index + length), found: true });
    end = index + length;
  }
  if (end < text.length) found.push({ text: text.slice(end), found: false });
  return found;
}

/**
 * The part of a text that shows the first word that was found, on one line.
 * @param {string} text
 * @param {string} query
 */
export function excerpt(text, query) {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const all = pieces(line, query);
  const start = all.slice(0, all.findIndex(({ found }) => found)).reduce((sum, piece) => sum + piece.text.length, 0);
  if (start <= LONG_START) return all;
  const from = line.indexOf(" ", start - BEFORE);
  return pieces(`…${line.slice(from < 0 || from > start ? start : from)}`, query);
}

/**
 * How many characters of a word are the beginning that was searched for; 0 when it is none.
 * @param {string} word
 * @param {string[]} wanted  folded, the longest first
 */
function foundLength(word, wanted) {
  const folded = wordsOf(word).join("");
  const beginning = wanted.find((each) => folded.startsWith(each));
  if (!beginning) return 0;
  const signs = [...word];
  let length = 0;
  // As many signs of the word as fold into it: an accent may be a sign of its own, a sign fold into two letters.
  while (length < signs.length && wordsOf(signs.slice(0, length).join("")).join("").length < beginning.length) length += 1;
  while (length < signs.length && /\p{M}/u.test(signs[length])) length += 1;
  return signs.slice(0, length).join("").length;
}
