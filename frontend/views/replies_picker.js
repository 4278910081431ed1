// The canned replies above the field: a slash brings them, typing finds one, arrows choose, Enter puts it in.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { askedAt, gapIn, matchingReplies } from "../lib/replies.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { ComponentChildren, RefObject } from "preact"
 * @import { RepliesState, Reply } from "../data/types.js"
 * @import { Asked } from "../lib/replies.js"
 *
 * @typedef {object} Picker
 * @property {ComponentChildren} list
 * @property {Record<string, unknown>} field  what the field is to carry
 * @property {() => void} look  sees whether the caret stands behind a slash
 * @property {() => void} ask  writes a slash
 * @property {() => boolean} isFilling  whether the word of a chosen reply still stands in the field
 * @property {(event: KeyboardEvent) => boolean} onKeyDown  tells whether the key was for the list
 *
 * @typedef {object} Wanted
 * @property {RefObject<HTMLTextAreaElement | null>} field
 * @property {RepliesState} replies
 * @property {() => void} onLoad
 * @property {(text: string) => Promise<string>} onFill  puts in what is known of the customer
 * @property {(text: string) => void} onText  the field's new text
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * @param {Wanted} wanted
 * @returns {Picker}
 */
export function useReplies({ field, replies, onLoad, onFill, onText }) {
  const [asked, setAsked] = useState(/** @type {Asked | null} */ (null));
  const [left, setLeft] = useState(/** @type {number | null} */ (null)); // the slash whose list was closed
  const [at, setAt] = useState(0);
  const filling = useRef(false);
  const id = useId();
  const open = asked !== null && asked.start !== left;
  const found = open ? matchingReplies(replies.items ?? [], asked.word) : [];
  const chosen = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    if (open) onLoad();
  }, [open]);

  function look() {
    if (filling.current) return;
    const { value = "", selectionStart = 0, selectionEnd = 0 } = field.current ?? {};
    const next = selectionStart === selectionEnd ? askedAt(value, selectionStart) : null;
    if (next?.word !== asked?.word) setAt(0);
    setAsked(next);
    if (!next) setLeft(null);
  }

  function ask() {
    const { current } = field;
    if (!current) return;
    const before = current.value.slice(0, current.selectionStart);
    put(current, before && !/\s$/.test(before) ? " /" : "/", current.selectionStart, current.selectionEnd);
    setLeft(null);
    current.focus();
    look();
  }

  /** @param {Reply} reply */
  async function choose(reply) {
    const { current } = field;
    if (!current || !asked || filling.current) return;
    const word = current.value.slice(asked.start, asked.end);
    setAsked(null);
    filling.current = true;
    const text = await onFill(reply.text).finally(() => (filling.current = false));
    const { start, end } = placeOf(current, word, asked.start);
    put(current, text, start, end);
    current.focus();
    const gap = gapIn(text);
    if (gap) current.setSelectionRange(start + gap.start, start + gap.end);
  }

  /**
   * @param {HTMLTextAreaElement} current
   * @param {string} text
   * @param {number} start
   * @param {number} end
   */
  function put(current, text, start, end) {
    current.setRangeText(text, start, end, "end");
    onText(current.value);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (!open || event.isComposing) return false;
    const step = STEPS[event.key];
    if (event.key === "Escape") setLeft(asked.start);
    else if (step && found.length) setAt((found.indexOf(chosen) + step + found.length) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) choose(chosen);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    list: open ? html`<${List} id=${id} replies=${replies} found=${found} chosen=${chosen} onChoose=${choose} />` : null,
    field: {
      "aria-autocomplete": "list",
      "aria-controls": open ? id : undefined,
      "aria-activedescendant": open && chosen ? `${id}-${chosen.shortcut}` : undefined,
    },
    look,
    ask,
    isFilling: () => filling.current,
    onKeyDown,
  };
}

/**
 * Where a word stands that stood at a place before somebody typed on; at the caret if it is gone.
 * @param {HTMLTextAreaElement} field
 * @param {string} word
 * @param {number} before
 */
function placeOf({ value, selectionStart, selectionEnd }, word, before) {
  const start = value.startsWith(word, before) ? before : value.lastIndexOf(word);
  return start < 0 ? { start: selectionStart, end: selectionEnd } : { start, end: start + word.length };
}

/**
 * @param {object} props
 * @param {string} props.id
 * @param {RepliesState} props.replies
 * @param {Reply[]} props.found
 * @param {Reply | undefined} props.chosen
 * @param {(reply: Reply) => void} props.onChoose
 */
function List({ id, replies, found, chosen, onChoose }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen?.shortcut]);
  return html`<div class="replies" data-testid="replies">
    ${found.length === 0 && html`<p class="replies-none" role="status">${whyNone(replies)}</p>`}
    <ul id=${id} ref=${list} role="listbox" aria-label=${texts.replies.title} hidden=${!found.length}>
      ${found.map(
        (reply) => html`<li
          key=${reply.shortcut}
          id=${`${id}-${reply.shortcut}`}
          class="reply-option"
          role="option"
          aria-selected=${String(reply === chosen)}
          data-testid="reply"
          onPointerDown=${(/** @type {PointerEvent} */ event) => event.preventDefault() /* the field keeps the focus */}
          onClick=${() => onChoose(reply)}
        >
          <span class="reply-shortcut">/${reply.shortcut}</span>
          <span class="reply-text" dir="auto">${reply.text}</span>
        </li>`,
      )}
    </ul>
    <p class="visually-hidden" role="status">${found.length > 0 && texts.replies.found(found.length)}</p>
  </div>`;
}

/** @param {RepliesState} replies */
function whyNone({ items, error }) {
  if (!items) return error ?? texts.loading;
  return items.length ? texts.replies.noMatch : texts.replies.none;
}

/**
 * Says that a text still has a gap, and lets it go all the same.
 * @param {{ gap: string, onSend: () => void }} props
 */
export function GapWarning({ gap, onSend }) {
  return html`<p class="gap-warning" role="alert" data-testid="gap-warning">
    <${Icon} name="alert" /><span>${texts.replies.gap(gap)}</span>
    <button type="button" class="btn btn-quiet btn-sm" onClick=${onSend}>${texts.replies.sendAnyway}</button>
  </p>`;
}
