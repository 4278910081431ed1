// Times as people read them, in the reader's time zone.
import { texts } from "./texts.js";

const DAY_MS = 86_400_000;
const clock = new Intl.DateTimeFormat(texts.locale, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(texts.locale, { weekday: "long" });
const shortDate = new Intl.DateTimeFormat(texts.locale, {
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
});
const longDate = new Intl.DateTimeFormat(texts.locale, { day: "numeric", month: "long", year: "numeric" });
const soon = new Intl.DateTimeFormat(texts.locale, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const full = new Intl.DateTimeFormat(texts.locale, { dateStyle: "full", timeStyle: "medium" });

/** @param {string} at */
export function clockTime(at) {
  return clock.format(new Date(at));
}

/**
 * A moment within the next days.
 * @param {string} at
 */
export function soonTime(at) {
  return soon.format(new Date(at));
}

/** @param {string} at */
export function fullTime(at) {
  return full.format(new Date(at));
}

/**
 * A day without a time, as in 2026-11-28; what is none stays as it is.
 * @param {string} day
 */
export function calendarDay(day) {
  const noon = new Date(`${day}T12:00`);
  return Number.isNaN(noon.getTime()) ? day : shortDate.format(noon);
}

/**
 * For the list: the time today, then "yesterday", the weekday, the date.
 * @param {string} at
 */
export function listTime(at, now = new Date()) {
  const days = daysAgo(at, now);
  if (days <= 0) return clockTime(at);
  if (days === 1) return texts.yesterdayShort;
  return (days < 7 ? weekday : shortDate).format(new Date(at));
}

/**
 * For the separator above a day's messages.
 * @param {string} at
 */
export function dayName(at, now = new Date()) {
  const days = daysAgo(at, now);
  if (days <= 0) return texts.today;
  if (days === 1) return texts.yesterday;
  return capitalised((days < 7 ? weekday : longDate).format(new Date(at)));
}

/**
 * The same for all times of one day of the reader's.
 * @param {string | Date} at
 */
export function dayKey(at) {
  return new Date(at).toDateString();
}

/**
 * @param {string} at
 * @param {Date} now
 */
function daysAgo(at, now) {
  // Rounded, because a day on which the clocks change does not have 24 hours.
  return Math.round((midnight(now) - midnight(new Date(at))) / DAY_MS);
}

/** @param {Date} date */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase(texts.locale) + text.slice(1);
}
