// A button that opens a menu: arrow keys move, Escape and a click elsewhere close it.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { Icon } from "./icon.js";

/** items: [{ icon, text, onChoose, tone }]; upwards for a button at the bottom of the page. */
export function Menu({ label, icon = "menu", upwards = false, items }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const button = useRef(null);
  useLayoutEffect(() => {
    if (!open) return undefined;
    root.current.querySelector("[role=menuitem]")?.focus();
    const outside = (event) => root.current.contains(event.target) || setOpen(false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  function close() {
    setOpen(false);
    button.current.focus();
  }

  function onKeyDown(event) {
    if (event.key === "Tab") setOpen(false);
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (moveFocus(event, root.current)) event.preventDefault();
  }

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

function MenuItem({ item, onChoose }) {
  return html`<li role="none">
    <button type="button" role="menuitem" tabindex="-1" class=${`menu-item menu-item-${item.tone ?? "plain"}`} onClick=${onChoose}>
      <${Icon} name=${item.icon} /><span>${item.text}</span>
    </button>
  </li>`;
}

function moveFocus(event, root) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return false;
  const items = [...root.querySelectorAll("[role=menuitem]")];
  items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  return true;
}
