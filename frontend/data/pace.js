// How long the page waits until it asks again what changed.
//
//   somebody looks, something happened just now   2 s
//   somebody looks, nothing happens               slower and slower, 10 s after three minutes
//   the page is hidden, alerts are on            20 s: a customer who waits is told of
//   the page is hidden, alerts are off           30 s, a minute after five minutes without news
//   the server does not answer                   2, 4, 8 … 60 s, a little by chance
//
// What happened is input (a key, the pointer) or news from the server, whichever came last.

export const BUSY_MS = 2_000;
const IDLE_MS = 10_000;
const BUSY_FOR_MS = 60_000;
const IDLE_AFTER_MS = 180_000;
const ALERTING_MS = 20_000;
const HIDDEN_MS = 30_000;
const LONG_HIDDEN_MS = 60_000;
const LONG_AFTER_MS = 300_000;
const MAX_BACKOFF_MS = 60_000;

/**
 * @typedef {object} Moment
 * @property {boolean} visible
 * @property {boolean} alerting  whether notifications or sounds are wanted
 * @property {number} quietMs  since input or news
 */

/**
 * Milliseconds until the next request after one that was answered.
 * @param {Moment} moment
 */
export function pause({ visible, alerting, quietMs }) {
  if (visible) {
    const share = (quietMs - BUSY_FOR_MS) / (IDLE_AFTER_MS - BUSY_FOR_MS);
    return Math.round(BUSY_MS + (IDLE_MS - BUSY_MS) * Math.min(Math.max(share, 0), 1));
  }
  if (alerting) return ALERTING_MS;
  return quietMs < LONG_AFTER_MS ? HIDDEN_MS : LONG_HIDDEN_MS;
}

/**
 * Milliseconds until the next request after some that failed.
 * @param {number} failures  at least 1
 * @param {number} chance  0 to 1
 */
export function backoff(failures, chance) {
  return Math.min(BUSY_MS * 2 ** (failures - 1), MAX_BACKOFF_MS) * (0.8 + 0.4 * chance);
}
