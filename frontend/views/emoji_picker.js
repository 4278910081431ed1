// Choosing an emoji: a search in Italian and English, the ones used last, then all by category.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { EMOJI } from "../lib/emoji.js";
import { html } from "../lib/html.js";
import { keepRecent, recentEmoji } from "../lib/recent_emoji.js";
import { wordsOf } from "../lib/search.js";
import { texts } from "../lib/texts.js";

/** @import { Category, Emoji } from "../lib/emoji.js" */

const ALL = Object.values(EMOJI).flat();
const CATEGORIES = /** @type {[Category, Emoji[]][]} */ (Object.entries(EMOJI));
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** @param {{ onChoose: (emoji: string) => void }} props */
export function EmojiPicker({ onChoose }) {
  const [text, setText] = useState("");
  const [recent] = useState(recentOnes); // their places stay while it is open
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const own = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  const found = text.trim() ? matching(text) : null;
  useEffect(() => field.current?.focus(), []);

  /** @param {string} emoji */
  function choose(emoji) {
    keepRecent(emoji);
    onChoose(emoji);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.isComposing) return;
    if (event.target !== field.current) return moveFocus(event, field.current);
    if (event.key === "Enter" && found?.length) choose(found[0].emoji);
    else if (event.key === "ArrowDown") choicesIn(own.current)[0]?.focus();
    else if (event.key !== "Enter") return;
    event.preventDefault();
  }

  return html`<div class="emoji-picker" ref=${own} onKeyDown=${onKeyDown}>
    <label class="visually-hidden" for=${id}>${texts.emoji.search}</label>
    <input
      ref=${field}
      id=${id}
      type="text"
      inputmode="search"
      autocomplete="off"
      placeholder=${texts.emoji.search}
      value=${text}
      data-testid="emoji-search"
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setText(event.currentTarget.value)}
    />
    <p class="visually-hidden" role="status">${found && texts.emoji.found(found.length)}</p>
    <div class="emoji-scroller">
      ${found && html`<${Choices} title=${texts.emoji.found(found.length)} emoji=${found} onChoose=${choose} />`}
      ${!found && recent.length > 0 && html`<${Choices} title=${texts.emoji.recent} emoji=${recent} onChoose=${choose} />`}
      ${!found && CATEGORIES.map(([name, emoji]) => html`<${Choices} key=${name} title=${texts.emoji.categories[name]} emoji=${emoji} onChoose=${choose} />`)}
    </div>
  </div>`;
}

/** @param {{ title: string, emoji: Emoji[], onChoose: (emoji: string) => void }} props */
function Choices({ title, emoji, onChoose }) {
  const id = useId();
  return html`<div role="group" aria-labelledby=${id}>
    <p class="emoji-title" id=${id}>${title}</p>
    <div class="emoji-grid">
      ${emoji.map((each, place) => {
        const name = texts.locale.startsWith("it") ? each.italian : each.english;
        return html`<button
          type="button"
          key=${each.emoji}
          tabindex=${place === 0 ? 0 : -1}
          aria-label=${`${each.emoji} ${name}`}
          title=${name}
          data-testid="emoji"
          onClick=${() => onChoose(each.emoji)}
        >
          ${each.emoji}
        </button>`;
      })}
    </div>
  </div>`;
}

/** Those chosen last that there are. */
function recentOnes() {
  return recentEmoji().flatMap((emoji) => ALL.find((each) => each.emoji === emoji) ?? []);
}

/**
 * Those of which each word of the search begins a word, in either language.
 * @param {string} text
 */
function matching(text) {
  const wanted = wordsOf(text);
  return ALL.filter(({ emoji, italian, english }) => {
    const words = wordsOf(`${italian} ${english}`);
    return emoji === text.trim() || (wanted.length > 0 && wanted.every((word) => words.some((each) => each.startsWith(word))));
  });
}

/**
 * Left and right go to the next one, up and down to the one that stands there; up from the first row to the search.
 * @param {KeyboardEvent} event
 * @param {HTMLElement | null} field
 */
function moveFocus(event, field) {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return;
  const all = choicesIn(at.closest(".emoji-picker"));
  const step = STEPS[event.key];
  if (step) all[all.indexOf(at) + step]?.focus();
  else if (event.key === "ArrowDown" || event.key === "ArrowUp")
    (nearest(at, all, event.key === "ArrowDown" ? 1 : -1) ?? (event.key === "ArrowUp" ? field : null))?.focus();
  else return;
  event.preventDefault();
}

/**
 * The one in the next row, or the row before, that is nearest.
 * @param {HTMLElement} at
 * @param {HTMLElement[]} all
 * @param {1 | -1} way
 */
function nearest(at, all, way) {
  const from = at.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  for (const other of all) {
    const { left, top } = other.getBoundingClientRect();
    const down = (top - from.top) * way;
    const distance = down * 1_000 + Math.abs(left - from.left);
    if (down > from.height / 2 && distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** @param {Element | null} root */
function choicesIn(root) {
  /** @type {NodeListOf<HTMLElement> | undefined} */
  const found = root?.querySelectorAll(".emoji-grid button");
  return [...(found ?? [])];
}
