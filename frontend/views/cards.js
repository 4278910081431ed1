// Places, shared contacts and orders. Their text is what the server made of them, one fact after the other.
import { html } from "../lib/html.js";
import { orderLine, orderTotal, priceText } from "../lib/prices.js";
import { texts } from "../lib/texts.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";
import { nameOnCard } from "./kinds.js";

const PLACE = /^(?<words>.*?)(?:, )?(?<latitude>-?\d+(?:\.\d+)?), (?<longitude>-?\d+(?:\.\d+)?)$/s;

/**
 * text is "name, address, latitude, longitude", each of which may be missing.
 * @param {{ text: string }} props
 */
export function Location({ text }) {
  /** @type {{ [name: string]: string | undefined }} */
  const { words = text, latitude, longitude } = PLACE.exec(text)?.groups ?? {};
  const [name, ...address] = words.split(", ").filter(Boolean);
  const rest = address.join(", ");
  return html`<div class="place" data-testid="place">
    <span class="place-map" aria-hidden="true"><${Icon} name="pin" /></span>
    <span class="place-words" dir="auto">
      <strong>${name || texts.kinds.location}</strong>
      ${rest && html`<span>${rest}</span>`}
      ${
        latitude !== undefined &&
        longitude !== undefined &&
        html`<a href=${mapAddress(latitude, longitude)} target="_blank" rel="noopener noreferrer"><${Icon} name="map" />${texts.bubble.openMap}</a>`
      }
    </span>
  </div>`;
}

/**
 * @param {string} latitude
 * @param {string} longitude
 */
function mapAddress(latitude, longitude) {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
}

/**
 * text has a line for each contact: name, company, numbers, addresses.
 * @param {{ text: string }} props
 */
export function ContactCards({ text }) {
  return html`<ul class="cards" data-testid="cards">
    ${text.split("\n").map((line, index) => html`<${ContactLine} key=${index} line=${line} />`)}
  </ul>`;
}

/** @param {{ line: string }} props */
function ContactLine({ line }) {
  const name = nameOnCard(line);
  const facts = line.split(", ").slice(1);
  return html`<li>
    <${Avatar} id=${line} name=${name} />
    <span>
      <strong dir="auto">${name}</strong>
      ${facts.map((fact) => html`<bdi key=${fact}>${fact}</bdi>`)}
    </span>
  </li>`;
}

/**
 * text may begin with a line of the customer's own; then "2 x code, 9.90 EUR" for each product, of which WhatsApp tells no name.
 * @param {{ text: string }} props
 */
export function Order({ text }) {
  const total = orderTotal(text);
  return html`<div class="order" data-testid="order">
    <strong><${Icon} name="cart" />${texts.kinds.order}</strong>
    <ul>
      ${text.split("\n").map((line, index) => html`<${OrderLine} key=${index} line=${line} />`)}
    </ul>
    ${total && html`<p class="order-total"><span>${texts.bubble.orderTotal}</span><span class="order-price">${total}</span></p>`}
  </div>`;
}

/** @param {{ line: string }} props */
function OrderLine({ line }) {
  const product = orderLine(line);
  if (!product) return html`<li class="order-note" dir="auto">${line}</li>`;
  return html`<li>
    <span class="order-quantity">${product.quantity} ×</span>
    <span class="order-code">${texts.bubble.productCode} <bdi>${product.code}</bdi></span>
    <span class="order-price">${product.price && priceText(product.price)}</span>
  </li>`;
}
