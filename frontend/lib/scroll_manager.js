// Keeps the reader's place while content is added above and below.
//
// Either the reader is at the bottom and stays there, or the topmost visible item keeps its distance to the
// container's edge. remember() after each scroll, restore() after each change of content or size, hold() after the
// reader was taken somewhere.

const AT_BOTTOM_PX = 48;

/**
 * @typedef {{ key: string, top: number }} Anchor  an item, and its distance to the container's edge
 * @typedef {ReturnType<typeof createScrollManager>} ScrollManager
 */

/**
 * Manages a scrolling container whose items carry data-key, in order.
 * @param {HTMLElement} container
 * @param {() => boolean} endsHere  whether the bottom is the end, rather than one below which more is to come
 */
export function createScrollManager(container, endsHere) {
  let atBottom = true;
  /** @type {Anchor | null} */
  let anchor = null;
  let sizes = sizesOf(container); // when the place was last set

  function remember() {
    // The event of an earlier scroll may come after things have grown and before restore() was called: then it is
    // not the reader who left the bottom.
    if (atBottom && sizes !== sizesOf(container)) {
      toBottom();
      return true;
    }
    const below = container.scrollHeight - container.scrollTop - container.clientHeight;
    if (below < AT_BOTTOM_PX && endsHere()) anchorAtBottom();
    else hold();
    return atBottom;
  }

  function hold() {
    atBottom = false;
    anchor = firstVisible(container);
    sizes = sizesOf(container);
  }

  function anchorAtBottom() {
    atBottom = true;
    anchor = null;
    sizes = sizesOf(container);
  }

  function restore() {
    if (atBottom) {
      toBottom();
      return;
    }
    const item = anchor && container.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
    if (anchor && item) container.scrollTop += topOf(item, container) - anchor.top;
    else anchor = firstVisible(container);
  }

  function toBottom() {
    container.scrollTop = container.scrollHeight;
    anchorAtBottom();
  }

  /** Somebody else moved on from the bottom. */
  function leave() {
    atBottom = false;
    anchor = null;
  }

  return { remember, restore, hold, toBottom, leave };
}

/** @param {HTMLElement} container */
function sizesOf({ clientHeight, scrollHeight }) {
  return `${clientHeight} of ${scrollHeight}`;
}

/**
 * @param {HTMLElement} container
 * @returns {Anchor | null}
 */
function firstVisible(container) {
  /** @type {NodeListOf<HTMLElement>} */
  const items = container.querySelectorAll("[data-key]");
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (topOf(items[middle], container) + items[middle].offsetHeight > 0) high = middle;
    else low = middle + 1;
  }
  const item = items[low];
  if (!item) return null;
  const top = topOf(item, container);
  // Where nothing is drawn yet, the next item may be anywhere.
  return top < container.clientHeight ? { key: item.dataset.key ?? "", top } : null;
}

/**
 * @param {Element} item
 * @param {HTMLElement} container
 */
function topOf(item, container) {
  return item.getBoundingClientRect().top - container.getBoundingClientRect().top;
}
