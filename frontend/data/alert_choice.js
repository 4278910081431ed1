// What this browser may tell of by itself: chosen by whoever uses it, nothing unless they did.

const KEY = "alerts";

/**
 * @typedef {object} AlertChoice
 * @property {boolean} notifications
 * @property {boolean} sound
 * @property {boolean} text  whether notifications show what the customer wrote
 */

/** @type {AlertChoice} */
const NONE = { notifications: false, sound: false, text: false };

/** @returns {AlertChoice} */
export function loadAlertChoice() {
  try {
    return { ...NONE, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return NONE;
  }
}

/** @param {AlertChoice} choice */
export function saveAlertChoice(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Storage is full or forbidden: what was chosen counts for nothing, and the switch says so.
  }
}

/** Whether somebody is to be called who does not look. */
export function isAlerting() {
  const { notifications, sound } = loadAlertChoice();
  return notifications || sound;
}
