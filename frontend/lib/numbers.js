// Numbers as people read them.
import { texts } from "./texts.js";

const whole = new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(texts.locale, { style: "percent", maximumFractionDigits: 0 });
const money = new Intl.NumberFormat(texts.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const NONE = "–";

/** @param {number} value */
export function numberText(value) {
  return whole.format(value);
}

/** @param {number} part  of 1 */
export function percentText(part) {
  return percent.format(part);
}

/** @param {number | null} dollars */
export function moneyText(dollars) {
  return dollars === null ? NONE : texts.costs.money(money.format(dollars));
}

/** @param {number | null} seconds */
export function waitText(seconds) {
  if (seconds === null) return NONE;
  if (seconds < 10) return `${tenths.format(seconds)} s`;
  if (seconds < 100) return `${whole.format(seconds)} s`;
  if (seconds < 6000) return `${whole.format(seconds / 60)} min`;
  return `${whole.format(seconds / 3600)} h`;
}
