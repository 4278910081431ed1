// The filters of the list: the usual ones as chips with their counts, the others and the labels in a menu.
import { labelFilter, labelOf } from "../data/state/filters.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Menu } from "./menu.js";

/**
 * @import { ConversationCounts, Filter, PlainFilter } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 * @import { Item } from "./menu.js"
 */

/** @type {PlainFilter[]} */
const CHIPS = ["all", "attention", "unread", "unanswered", "mine"];
/** @type {PlainFilter[]} */
const OTHERS = ["unassigned", "failed", "closing", "paused", "blocked"];

/** @param {{ filter: Filter, counted: ConversationCounts, onChoose: (filter: Filter) => void }} props */
export function Filters({ filter, counted, onChoose }) {
  const chips = CHIPS.some((chip) => chip === filter) ? CHIPS : [filter, ...CHIPS];
  return html`<div class="filters">
    <div class="filter-chips" role="group" aria-label=${texts.list.filters}>
      ${chips.map(
        (chip) =>
          html`<${Chip} key=${chip} filter=${chip} count=${counted.counts[chip]} pressed=${chip === filter} onChoose=${onChoose} />`,
      )}
    </div>
    <${Menu} label=${texts.filters.more} icon="filter" items=${otherItems(filter, counted, onChoose)} />
  </div>`;
}

/** @param {{ filter: Filter, count: number | undefined, pressed: boolean, onChoose: (filter: Filter) => void }} props */
function Chip({ filter, count = 0, pressed, onChoose }) {
  return html`<button
    type="button"
    class=${`filter filter-${filter}`}
    aria-pressed=${String(pressed)}
    onClick=${() => onChoose(pressed && filter !== "all" ? "all" : filter)}
  >
    <span>${filterName(filter)}</span>
    ${filter !== "all" && count > 0 && html`<span class="filter-count">${shortCount(count)}</span>`}
  </button>`;
}

/**
 * @param {Filter} filter
 * @param {ConversationCounts} counted
 * @param {(filter: Filter) => void} onChoose
 * @returns {Item[]}
 */
function otherItems(filter, { counts, labels }, onChoose) {
  /** @type {Item[]} */
  const plain = OTHERS.map((name) => item(name, OTHER_ICONS[name]));
  return [...plain, ...labels.map(({ name, color }) => ({ ...item(labelFilter(name), "label"), color }))];

  /**
   * @param {Filter} name
   * @param {IconName} icon
   * @returns {Item}
   */
  function item(name, icon) {
    const count = counts[name] ? shortCount(counts[name]) : undefined;
    const checked = name === filter;
    return { icon, text: filterName(name), count, checked, onChoose: () => onChoose(checked ? "all" : name) };
  }
}

/** @type {Record<string, IconName>} */
const OTHER_ICONS = { unassigned: "person", failed: "alert", closing: "clock", paused: "pause", blocked: "ban" };

/** @param {Filter} filter */
function filterName(filter) {
  return labelOf(filter) ?? texts.filters[/** @type {PlainFilter} */ (filter)];
}

/** @param {number} count */
function shortCount(count) {
  return count > 999 ? "999+" : String(count);
}
