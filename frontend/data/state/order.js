// Which of two versions counts, and in which order things stand. Times are ISO 8601 in UTC, so text order is time order.

/**
 * @template {string | boolean} T
 * @param {T} one
 * @param {T} other
 */
export function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Whether an incoming version replaces the known one: answers may overtake each other, what was changed last wins.
 * @param {{ updated_at: string | null }} incoming
 * @param {{ updated_at: string | null } | undefined} known
 */
export function replaces(incoming, known) {
  if (!known) return true;
  return compare(incoming.updated_at ?? "", known.updated_at ?? "") >= 0 && !isSame(incoming, known);
}

/**
 * Whether two JSON values are alike: a poll that brings nothing new must not redraw the page.
 * @param {unknown} one
 * @param {unknown} other
 */
export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
