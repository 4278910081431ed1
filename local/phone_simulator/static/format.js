// WhatsApp's text formatting, links, times and numbers as people read them.
import { html } from "./html.js";

const PATTERN =
  /```([\s\S]+?)```|`([^`\n]+)`|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/;

/** Text as nodes: *bold*, _italic_, ~strike~, `code`, ```code``` and links. */
export function formatted(text) {
  const nodes = [];
  let rest = text;
  for (let found = PATTERN.exec(rest); found; found = PATTERN.exec(rest)) {
    if (found.index) nodes.push(rest.slice(0, found.index));
    nodes.push(node(found));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(rest);
  return nodes;
}

function node([, block, code, bold, italic, strike, link]) {
  if (block) return html`<code class="block">${block.replace(/^\n/, "")}</code>`;
  if (code) return html`<code>${code}</code>`;
  if (bold) return html`<strong>${formatted(bold)}</strong>`;
  if (italic) return html`<em>${formatted(italic)}</em>`;
  if (strike) return html`<s>${formatted(strike)}</s>`;
  return html`<a href=${link} target="_blank" rel="noreferrer noopener">${link}</a>`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));

export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date().toDateString() ? "Today" : day.format(date);
}

export function phoneNumber(digits) {
  const italian = /^39(\d{3})(\d{3})(\d+)$/.exec(digits);
  return italian ? `+39 ${italian.slice(1).join(" ")}` : `+${digits}`;
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export const seconds = (value) =>
  Number.isFinite(value) ? `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}` : "0:00";

export const initials = (name) =>
  name
    .split(/\s+/)
    .map((part) => [...part.replace(/\W/gu, (character) => (/\p{L}/u.test(character) ? character : ""))][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
