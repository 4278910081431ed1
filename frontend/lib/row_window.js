// Which rows of a long list are drawn: those near the visible part. Pure functions over heights in pixels.

// So many rows are drawn whatever is visible: short lists are never cut.
export const FEW = 200;
const GUESSED_PX = 64; // a row that was never drawn
const AHEAD_PX = 2_000;
const NEAR_PX = 800;

/**
 * @typedef {{ from: number, to: number }} Range  rows, without the last
 * @typedef {{ top: number, bottom: number }} View  the visible part, from the top of the list
 */

/**
 * Where each row begins, and behind them where the last one ends.
 * @param {string[]} keys
 * @param {Map<string, number>} heights
 */
export function topsOf(keys, heights) {
  const tops = new Float64Array(keys.length + 1);
  keys.forEach((key, index) => {
    tops[index + 1] = tops[index] + (heights.get(key) ?? GUESSED_PX);
  });
  return tops;
}

/**
 * The rows to draw in place of those that are: the same object if they will do.
 * @param {Range} drawn
 * @param {Float64Array} tops
 * @param {View} view
 * @returns {Range}
 */
export function rangeFor(drawn, tops, { top, bottom }) {
  const rows = tops.length - 1;
  const wanted = { from: rowAt(tops, top - AHEAD_PX), to: Math.min(rows, rowAt(tops, bottom + AHEAD_PX) + 1) };
  const covers = tops[drawn.from] <= Math.max(0, top - NEAR_PX) && tops[drawn.to] >= Math.min(tops[rows], bottom + NEAR_PX);
  const tooMany = drawn.to - drawn.from > 2 * (wanted.to - wanted.from) + FEW;
  return covers && !tooMany ? drawn : wanted;
}

/**
 * The row at a place; the first or the last where there is none.
 * @param {Float64Array} tops
 * @param {number} place
 */
export function rowAt(tops, place) {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
