// WhatsApp's text formatting, links, times and numbers as people read them.
import { html } from "./html.js";

const PATTERN =
  /`([^`\n]+)`|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])|((?:https?:\/\/|www\.)[^\s<>"]+[^\s<>".,;:!?)])/;

const FENCE = /```([\s\S]+?)```/;
const LINE_KINDS = [
  ["quote", /^> ?(.*)$/],
  ["bullets", /^[-*] (.*)$/],
  ["numbers", /^(\d{1,3})\. (.*)$/],
];

/** A message's text as nodes: code, quotes and lists, and in each line what `inline` knows. */
export function formatted(text) {
  const found = FENCE.exec(text);
  if (!found) return lines(text);
  const before = text.slice(0, found.index).replace(/\n$/, "");
  const after = text.slice(found.index + found[0].length).replace(/^\n/, "");
  const code = html`<code class="block">${found[1].replace(/^\n|\n$/g, "")}</code>`;
  return [...(before ? lines(before) : []), code, ...(after ? formatted(after) : [])];
}

/** Neighbouring lines of one kind make one block. */
function lines(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const [kind, found] = kindOf(line);
    const last = groups.at(-1);
    if (last?.kind === kind) last.found.push(found);
    else groups.push({ kind, found: [found] });
  }
  return groups.flatMap(block);
}

function kindOf(line) {
  for (const [kind, pattern] of LINE_KINDS) {
    const found = pattern.exec(line);
    if (found) return [kind, found];
  }
  return ["text", [line, line]];
}

function block({ kind, found }) {
  if (kind === "quote") return html`<blockquote class="quoted">${inline(found.map(([, words]) => words).join("\n"))}</blockquote>`;
  if (kind === "bullets") return html`<ul>${found.map(([, words]) => html`<li>${inline(words)}</li>`)}</ul>`;
  if (kind === "numbers") {
    return html`<ol start=${found[0][1]}>${found.map(([, , words]) => html`<li>${inline(words)}</li>`)}</ol>`;
  }
  return inline(found.map(([line]) => line).join("\n"));
}

/** A line as nodes: *bold*, _italic_, ~strike~, `code` and links. */
export function inline(text) {
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

function node([, code, bold, italic, strike, link]) {
  if (code) return html`<code>${code}</code>`;
  if (bold) return html`<strong>${inline(bold)}</strong>`;
  if (italic) return html`<em>${inline(italic)}</em>`;
  if (strike) return html`<s>${inline(strike)}</s>`;
  const address = link.startsWith("www.") ? `https://${link}` : link;
  return html`<a href=${address} target="_blank" rel="noreferrer noopener">${link}</a>`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));

export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date().toDateString() ? "Today" : day.format(date);
}

// The country codes of one and of two digits (ITU-T E.164); all others have three.
const COUNTRY = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** A number with its country code first, the rest in groups of three, the last of up to four. */
export function phoneNumber(digits) {
  const [country] = COUNTRY.exec(digits) ?? [""];
  const groups = digits.slice(country.length).match(/\d{3}(?=\d{3})|\d+/g) ?? [];
  return `+${[country, ...groups].filter(Boolean).join(" ")}`;
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
