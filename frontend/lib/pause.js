// The assistant's pause: over by itself, where it has an end.

const MINUTE_MS = 60_000;

/**
 * A conversation without a pause that is over, which the server notes a little later.
 * @template {{ paused: boolean, paused_until: string | null }} Paused
 * @param {Paused} conversation
 * @param {Date} now
 * @returns {Paused}
 */
export function awake(conversation, now) {
  const { paused_until: until } = conversation;
  if (!until || new Date(until) > now) return conversation;
  return { ...conversation, paused: false, paused_until: null };
}

/**
 * How long a pause still is, as people say it.
 * @param {string} until
 * @param {Date} now
 */
export function timeLeft(until, now) {
  return minutesText(Math.max(1, Math.round((new Date(until).getTime() - now.getTime()) / MINUTE_MS)));
}

/**
 * A number of minutes, as people say it.
 * @param {number} minutes
 */
export function minutesText(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && `${hours} h`, (rest || !hours) && `${rest} min`].filter(Boolean).join(" ");
}
