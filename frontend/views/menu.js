// A button that opens a menu: arrow keys move, Escape and a click elsewhere close it.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "./icon.js";

/**
 * @import { IconName } from "./icon.js"
 * @typedef {{ icon: IconName, text: string, onChoose: () => void, tone?: "danger", count?: string, checked?: boolean, color?: string }} Item
 *   one with `checked` is a choice that holds or does not; a label is shown by its color in place of the icon
 * @typedef {{ text: string, label: string, checked: boolean, onChoose: () => void }} Quick  a choice in a row above the others
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };

/**
 * upwards is for a button at the bottom of the page, floating for one in something that scrolls and would cut it off.
 * @param {{ label: string, icon?: IconName, upwards?: boolean, floating?: boolean, testId?: string, tabStop?: boolean, quick?: Quick[], items: Item[] }} props
 */
export function Menu({ label, icon = "menu", upwards = false, floating = false, testId, tabStop = true, quick = [], items }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (!open) return undefined;
    if (floating) placeBelow(list.current, button.current);
    itemsIn(root.current)[0]?.focus();
    /** @param {PointerEvent} event */
    const outside = ({ target }) => {
      if (!(target instanceof Node && root.current?.contains(target))) setOpen(false);
    };
    const away = floating ? ["pointerdown", "wheel", "touchmove"] : ["pointerdown"];
    for (const name of away) document.addEventListener(name, /** @type {EventListener} */ (outside));
    return () => {
      for (const name of away) document.removeEventListener(name, /** @type {EventListener} */ (outside));
    };
  }, [open]);

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Tab") setOpen(false);
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (moveFocus(event, root.current)) event.preventDefault();
  }

  /** @param {Item | Quick} item */
  function choose(item) {
    close();
    item.onChoose();
  }

  if (!items.length) return null;
  return html`<div class="menu" ref=${root}>
    <button
      type="button"
      class="icon-button"
      ref=${button}
      aria-label=${label}
      title=${label}
      tabindex=${tabStop ? undefined : -1}
      data-testid=${testId}
      aria-haspopup="menu"
      aria-expanded=${String(open)}
      onClick=${() => setOpen(!open)}
    >
      <${Icon} name=${icon} />
    </button>
    ${
      open &&
      html`<ul ref=${list} class=${`menu-items ${upwards ? "menu-items-upwards" : ""}`} role="menu" aria-label=${label} onKeyDown=${onKeyDown}>
        ${quick.length > 0 && html`<${QuickRow} quick=${quick} onChoose=${choose} />`}
        ${items.map((item) => html`<${MenuItem} key=${item.text} item=${item} onChoose=${() => choose(item)} />`)}
      </ul>`
    }
  </div>`;
}

/**
 * Puts a menu below its button, or above where there is no room.
 * @param {HTMLElement | null} menu
 * @param {HTMLElement | null} button
 */
function placeBelow(menu, button) {
  if (!menu || !button) return;
  const { bottom, top, right } = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const fits = bottom + height <= window.innerHeight;
  menu.style.position = "fixed";
  menu.style.insetInline = "auto";
  menu.style.left = `${Math.max(8, right - width)}px`;
  menu.style.top = `${fits ? bottom : Math.max(8, top - height)}px`;
}

/** @param {{ quick: Quick[], onChoose: (item: Quick) => void }} props */
function QuickRow({ quick, onChoose }) {
  return html`<li class="menu-quick" role="none">
    ${quick.map(
      (item) => html`<button
        type="button"
        key=${item.text}
        role="menuitemradio"
        aria-checked=${String(item.checked)}
        aria-label=${item.label}
        title=${item.label}
        tabindex="-1"
        data-testid="react"
        onClick=${() => onChoose(item)}
      >
        ${item.text}
      </button>`,
    )}
  </li>`;
}

/** @param {{ item: Item, onChoose: () => void }} props */
function MenuItem({ item, onChoose }) {
  return html`<li role="none">
    <button
      type="button"
      role=${item.checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked=${item.checked === undefined ? undefined : String(item.checked)}
      tabindex="-1"
      class=${`menu-item menu-item-${item.tone ?? "plain"}`}
      onClick=${onChoose}
    >
      ${item.color ? html`<span class=${`label-dot label-${item.color}`}></span>` : html`<${Icon} name=${item.icon} />`}
      <span>${item.text}</span>${item.count && html`<span class="menu-count">${item.count}</span>`}
    </button>
  </li>`;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement | null} root
 */
function moveFocus(event, root) {
  const step = STEPS[event.key];
  if (!step) return false;
  const items = itemsIn(root);
  const at = items.findIndex((item) => item === document.activeElement);
  items.at((at + step) % items.length)?.focus();
  return true;
}

/** @param {HTMLElement | null} root */
function itemsIn(root) {
  /** @type {NodeListOf<HTMLElement> | undefined} */
  const found = root?.querySelectorAll("[role^=menuitem]");
  return [...(found ?? [])];
}
