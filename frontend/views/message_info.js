// What is known of a message besides its words: who wrote it, when it was read, what it took, why it failed.
import { html } from "../lib/html.js";
import { costText } from "../lib/costs.js";
import { personName } from "../lib/names.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime } from "../lib/times.js";
import { Dialog } from "./dialog.js";

/** @import { ShownMessage } from "../data/types.js" */

const REPORTED = ["sent", "delivered", "read", "played", "failed"];

/** @param {{ message: ShownMessage, onClose: () => void }} props */
export function MessageInfo({ message, onClose }) {
  return html`<${Dialog} title=${texts.bubbleMenu.infoTitle} testId="message-info" onClose=${onClose}>
    <dl class="message-info">
      ${facts(message).map(([name, fact]) => html`<div key=${name}><dt>${name}</dt><dd dir="auto">${fact}</dd></div>`)}
    </dl>
  <//>`;
}

/**
 * @param {ShownMessage} message
 * @returns {[string, string][]}
 */
function facts(message) {
  const { about } = texts.bubbleMenu;
  const { usage, template, pricing, error, edited_at: edited, revoked_at: revoked, status, statuses = {} } = message;
  /** @type {[string, string | null | undefined | false][]} */
  const all = [
    [about.author, author(message)],
    [message.direction === "in" ? about.received : about.written, fullTime(message.at)],
    [about.edited, edited && fullTime(edited)],
    [about.revoked, revoked && fullTime(revoked)],
    ...REPORTED.filter((name) => statuses[name]).map(
      (name) => /** @type {[string, string]} */ ([wordFor(texts.status, name) ?? name, fullTime(statuses[name])]),
    ),
    [about.status, !Object.keys(statuses).length && message.direction === "out" && (wordFor(texts.status, status) ?? status)],
    [about.template, template],
    [about.category, pricing && category(pricing)],
    [about.model, usage?.model],
    [about.cost, usage && costText(usage).replace(/^[^:]*: /, "")],
    [about.error, error && (wordFor(texts.failures, error.code) ?? error.message)],
  ];
  return all.flatMap(([name, fact]) => (fact ? [/** @type {[string, string]} */ ([name, fact])] : []));
}

/** @param {ShownMessage} message */
function author(message) {
  const name = message.author === "staff" ? personName(message.author_name) : "";
  return name || (wordFor(texts.authors, message.author) ?? texts.authors.system);
}

/** @param {NonNullable<ShownMessage["pricing"]>} pricing */
function category({ category: name, billable }) {
  const word = wordFor(texts.templates.categories, name.toUpperCase()) ?? name;
  return billable ? word : `${word}, ${texts.bubbleMenu.about.free}`;
}
