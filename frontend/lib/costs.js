// What the model took, as people read it.
import { texts } from "./texts.js";

/** @import { Usage } from "../data/types.js" */

const whole = new Intl.NumberFormat(texts.locale, { useGrouping: true });
const cents = new Intl.NumberFormat(texts.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const small = new Intl.NumberFormat(texts.locale, { maximumSignificantDigits: 2 });

/**
 * The money, where it is known, and the tokens: "Costo: 0,012 $ · 14.230 token".
 * @param {Usage} usage
 */
export function costText({ cost, input_tokens, output_tokens }) {
  const tokens = texts.costs.tokens(whole.format(input_tokens + output_tokens));
  if (cost === null) return texts.costs.unknown(tokens);
  return texts.costs.known(texts.costs.money((cost < 1 ? small : cents).format(cost)), tokens);
}
