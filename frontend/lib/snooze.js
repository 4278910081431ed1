// When staff want to be reminded: mornings are the business's, wherever the reader is.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MORNING = 9;
const MONDAY = 1;

/**
 * The next morning.
 * @param {string} zone  the business's time zone
 * @param {Date} now
 */
export function tomorrowMorning(zone, now) {
  return morning(zone, now, 1);
}

/**
 * The next Monday's morning, from tomorrow on.
 * @param {string} zone
 * @param {Date} now
 */
export function mondayMorning(zone, now) {
  const { year, month, day } = partsOf(zone, now);
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return morning(zone, now, (MONDAY - weekday + 7) % 7 || 7);
}

/** @param {Date} now */
export function inHours(/** @type {number} */ hours, now) {
  return new Date(now.getTime() + hours * HOUR_MS);
}

/**
 * @param {string} zone
 * @param {Date} now
 * @param {number} days  from today
 */
function morning(zone, now, days) {
  const { year, month, day } = partsOf(zone, now);
  const wanted = Date.UTC(year, month - 1, day, MORNING) + days * DAY_MS;
  // The zone's distance from UTC is that of the morning itself: the clocks may change in the night before.
  const first = wanted - offset(zone, new Date(wanted));
  return new Date(wanted - offset(zone, new Date(first)));
}

/**
 * How far a zone's clocks are ahead of UTC, in milliseconds.
 * @param {string} zone
 * @param {Date} at
 */
function offset(zone, at) {
  const { year, month, day, hour, minute } = partsOf(zone, at);
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at.getTime() / 60_000) * 60_000;
}

/**
 * @param {string} zone  empty for the reader's
 * @param {Date} at
 */
function partsOf(zone, at) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone || undefined,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return /** @type {Record<"year" | "month" | "day" | "hour" | "minute", number>} */ (parts);
}
