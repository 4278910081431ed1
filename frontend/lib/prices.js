// Orders' lines and their prices, as the reader writes them.
import { texts } from "./texts.js";

const ORDERED = /^(?<quantity>\d+(?:\.\d+)?) x (?<code>.+?)(?:, (?<price>-?\d+\.\d{2}(?: \S+)?))?$/;
const CURRENCY = /^[A-Z]{3}$/;
const LARGEST = 1e9; // a price beyond is shown as it was sent

/**
 * A line such as "2 x code, 9.90 EUR" in its parts, the code being the product's in the catalogue; null for words of the customer's own.
 * @param {string} line
 */
export function orderLine(line) {
  const parts = ORDERED.exec(line)?.groups;
  return parts ? { quantity: parts.quantity, code: parts.code, price: /** @type {string | undefined} */ (parts.price) } : null;
}

/**
 * A price such as "9.90 EUR" in the reader's way; as it is where that is not possible.
 * @param {string} price
 */
export function priceText(price) {
  const { amount, currency } = read(price);
  return currency && Math.abs(amount) <= LARGEST ? money(amount, currency) : price;
}

/**
 * What an order comes to; null unless each product has a price, all in one currency.
 * @param {string} text
 */
export function orderTotal(text) {
  const lines = text.split("\n").map(orderLine).filter((line) => line !== null);
  const prices = lines.map(({ price, quantity }) => ({ ...read(price ?? ""), quantity: Number(quantity) }));
  const [first] = prices;
  const fits = prices.every(({ amount, currency }) => currency && currency === first.currency && Math.abs(amount) <= LARGEST);
  if (!first || !fits) return null;
  return money(
    prices.reduce((sum, { amount, quantity }) => sum + amount * quantity, 0),
    first.currency,
  );
}

/** @param {string} price */
function read(price) {
  const [amount, currency = ""] = price.split(" ");
  return { amount: Number(amount), currency: CURRENCY.test(currency) ? currency : "" };
}

/**
 * @param {number} amount
 * @param {string} currency
 */
function money(amount, currency) {
  return new Intl.NumberFormat(texts.locale, { style: "currency", currency }).format(amount);
}
