// Native modal dialogs: the browser keeps the focus inside and closes on Escape and gives the focus back.
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { ComponentChildren } from "preact" */

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string} [props.testId]
 * @param {boolean} [props.wide]
 * @param {() => void} props.onClose
 * @param {ComponentChildren} props.children
 */
export function Dialog({ title, testId, wide = false, onClose, children }) {
  const { dialog, keepKeys } = useModal();
  const titleId = useId();
  return html`<dialog
    class=${`dialog ${wide ? "dialog-wide" : ""}`}
    ref=${dialog}
    aria-labelledby=${titleId}
    data-testid=${testId}
    onClose=${onClose}
    onKeyDown=${keepKeys}
  >
    <header class="dialog-header">
      <h2 id=${titleId}>${title}</h2>
      <button type="button" class="icon-button" aria-label=${texts.close} onClick=${onClose}><${Icon} name="close" /></button>
    </header>
    ${children}
  </dialog>`;
}

/** What makes a dialog of an element: it opens with its view, and closes with it. */
export function useModal() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    // The browser gives the focus back when a dialog closes, but not when it is taken out of the document open:
    // a layout effect ends before that, another one after.
    const own = dialog.current;
    own?.showModal();
    return () => own?.close();
  }, []);
  // Keys pressed here mean nothing to the views around the dialog.
  /** @param {KeyboardEvent} event */
  const keepKeys = (event) => event.stopPropagation();
  return { dialog, keepKeys };
}

/**
 * @param {object} props
 * @param {string} props.title
 * @param {string} props.text
 * @param {string} props.confirm  what the button says
 * @param {"primary" | "danger"} [props.tone]
 * @param {() => void} props.onConfirm
 * @param {() => void} props.onClose
 */
export function ConfirmDialog({ title, text, confirm, tone = "primary", onConfirm, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p class="dialog-text">${text}</p>
    <footer class="dialog-footer">
      <button type="button" class="btn btn-quiet" autofocus onClick=${onClose}>${texts.cancel}</button>
      <button type="button" class=${`btn btn-${tone}`} onClick=${onConfirm}>${confirm}</button>
    </footer>
  <//>`;
}
