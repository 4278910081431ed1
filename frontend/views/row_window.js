// The rows of a long chat that are in the document: those near what is visible. In the place of the others there is
// room, as high as they were when they were last drawn.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { FEW, rangeFor, topsOf } from "../lib/row_window.js";

/**
 * @import { RefObject } from "preact"
 * @import { Range } from "../lib/row_window.js"
 * @typedef {{ first: string | null, last: string | null }} Keys  null: to the end
 */

/**
 * look() is due after each scroll, and when the place was restored after a change. A row that has to be drawn, wherever it is, is drawn by bring().
 * @param {string[]} keys  of all rows, which are children of the list and carry data-key
 * @param {RefObject<HTMLElement | null>} scroller
 * @param {RefObject<HTMLElement | null>} list
 */
export function useRowWindow(keys, scroller, list) {
  const heights = useRef(/** @type {Map<string, number>} */ (new Map()));
  const [ends, setEnds] = useState(/** @type {Keys} */ ({ first: null, last: null }));
  const { from, to } = useMemo(() => (keys.length <= FEW ? { from: 0, to: keys.length } : between(keys, ends)), [keys, ends]);
  const tops = useMemo(() => topsOf(keys, heights.current), [keys, from, to]);

  useLayoutEffect(() => {
    if (list.current) measure(list.current, heights.current, tops[from]);
  }, [keys, from, to]);

  /** @param {Range} range */
  function draw(range) {
    setEnds({ first: keys[range.from] ?? null, last: range.to >= keys.length ? null : keys[range.to - 1] });
  }

  function look() {
    if (!scroller.current || !list.current || !keys.length) return;
    const top = scroller.current.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
    const drawn = between(keys, ends);
    const wanted = rangeFor(drawn, topsOf(keys, heights.current), { top, bottom: top + scroller.current.clientHeight });
    if (wanted !== drawn) draw(wanted);
  }

  /** @param {string} key */
  function bring(key) {
    const at = keys.indexOf(key);
    if (at < from || at >= to) draw({ from: Math.max(0, at - FEW / 4), to: Math.min(keys.length, at + FEW / 4) });
  }

  return { from, to, above: tops[from], below: tops[keys.length] - tops[to], look, bring };
}

/**
 * @param {string[]} keys
 * @param {Keys} ends
 * @returns {Range}
 */
function between(keys, { first, last }) {
  const to = last === null ? -1 : keys.lastIndexOf(last);
  const from = first === null ? -1 : keys.indexOf(first);
  const end = to < 0 ? keys.length : to + 1;
  return { from: from < 0 ? Math.max(0, end - FEW / 2) : Math.min(from, end), to: end };
}

/**
 * A row is as high as from the end of the one before it to its own.
 * @param {HTMLElement} list
 * @param {Map<string, number>} heights
 * @param {number} above
 */
function measure(list, heights, above) {
  let end = list.offsetTop + above;
  for (const row of /** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)) {
    if (!row.dataset.key) continue;
    const own = row.offsetTop + row.offsetHeight;
    heights.set(row.dataset.key, own - end);
    end = own;
  }
}
