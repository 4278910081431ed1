// Whose conversation it is, and its labels, on the contact card.
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { Actions, Conversation, Label, SortQuestion } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 */

/** @param {{ conversation: Conversation, labels: Label[], canEdit: boolean, actions: Actions }} props */
export function CardSorting({ conversation, labels, canEdit, actions }) {
  const { id, assignee, labels: own } = conversation;
  const ask = canEdit ? (/** @type {SortQuestion} */ question) => actions.askSorting(question, [id]) : null;
  return html`<div class="card-sorting" data-testid="card-sorting">
    <${Asking} icon="person" label=${texts.sorting.assign} onAsk=${ask && (() => ask("assign"))}>
      ${assignee ? personName(assignee) : texts.contact.unassigned}
    <//>
    <${Asking} icon="label" label=${texts.sorting.label} onAsk=${ask && (() => ask("label"))}>
      ${
        own.length
          ? own.map((name) => html`<span key=${name} class="label-chip"><span class=${`label-dot label-${colorOf(name, labels)}`}></span><bdi>${name}</bdi></span>`)
          : texts.contact.noLabels
      }
    <//>
  </div>`;
}

/** @param {{ icon: IconName, label: string, onAsk: (() => void) | null, children?: import("preact").ComponentChildren }} props */
function Asking({ icon, label, onAsk, children }) {
  const inside = html`<${Icon} name=${icon} /><span>${children}</span>`;
  if (!onAsk) return html`<p class="card-ask">${inside}</p>`;
  return html`<button type="button" class="card-ask" title=${label} onClick=${onAsk}>${inside}</button>`;
}

/**
 * @param {string} name
 * @param {Label[]} labels
 */
function colorOf(name, labels) {
  return labels.find((label) => label.name === name)?.color ?? "grey";
}
