// What is done with the selected conversations at once, in the place of the filters.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { Actions, State } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 */

/** @param {{ selected: string[], progress: State["progress"], actions: Actions }} props */
export function SelectionBar({ selected, progress, actions }) {
  const busy = progress !== null;
  /** @type {[IconName, string, () => void][]} */
  const buttons = [
    ["tick", texts.rowActions.dismissLong, () => actions.markDone(selected)],
    ["ticks", texts.rowActions.read, () => actions.markRead(selected)],
    ["team", texts.sorting.assign, () => actions.askSorting("assign", selected)],
    ["label", texts.sorting.label, () => actions.askSorting("label", selected)],
    ["clock", texts.sorting.snooze, () => actions.askSorting("snooze", selected)],
  ];
  return html`<div class="selection-bar" role="toolbar" aria-label=${texts.sortDialogs.selection} data-testid="selection">
    <button type="button" class="icon-button" aria-label=${texts.sortDialogs.endSelection} title=${texts.sortDialogs.endSelection} onClick=${() => actions.select(null)}>
      <${Icon} name="close" />
    </button>
    <span class="selection-count" role="status">
      ${progress ? texts.sortDialogs.progress(progress.done, progress.of) : html`${selected.length}<span class="selection-word"> ${texts.sortDialogs.selected(selected.length)}</span>`}
    </span>
    ${buttons.map(
      ([icon, text, act]) =>
        html`<button type="button" class="icon-button" key=${icon} aria-label=${text} title=${text} disabled=${busy} onClick=${act}>
          <${Icon} name=${icon} />
        </button>`,
    )}
  </div>`;
}
