// A button that opens a menu: arrow keys move, Escape and a click elsewhere close it.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { Icon } from "./icon.js";

/**
 * @import { IconName } from "./icon.js"
 * @typedef {{ icon: IconName, text: string, onChoose: () => void, tone?: "danger" }} Item
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * upwards is for a button at the bottom of the page.
 * @param {{ label: string, icon?: IconName, upwards?: boolean, items: Item[] }} props
 */
export function Menu({ label, icon = "menu", upwards = false, items }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useLayoutEffect(() => {
    if (!open) return undefined;
    itemsIn(root.current)[0]?.focus();
    /** @param {PointerEvent} event */
    const outside = ({ target }) => {
      if (!(target instanceof Node && root.current?.contains(target))) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
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

  /** @param {Item} item */
  function choose(item) {
    close();
    item.onChoose();
  }

  return html`<div class="menu" ref=${root}>
    <button
      type="button"
      class="icon-button"
      ref=${button}
      aria-label=${label}
      aria-haspopup="menu"
      aria-expanded=${String(open)}
      onClick=${() => setOpen(!open)}
    >
      <${Icon} name=${icon} />
    </button>
    ${
      open &&
      html`<ul class=${`menu-items ${upwards ? "menu-items-upwards" : ""}`} role="menu" aria-label=${label} onKeyDown=${onKeyDown}>
        ${items.map((item) => html`<${MenuItem} key=${item.text} item=${item} onChoose=${() => choose(item)} />`)}
      </ul>`
    }
  </div>`;
}

/** @param {{ item: Item, onChoose: () => void }} props */
function MenuItem({ item, onChoose }) {
  return html`<li role="none">
    <button type="button" role="menuitem" tabindex="-1" class=${`menu-item menu-item-${item.tone ?? "plain"}`} onClick=${onChoose}>
      <${Icon} name=${item.icon} /><span>${item.text}</span>
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
  return [...(root?.querySelectorAll("button") ?? [])].filter((button) => button.role === "menuitem");
}
