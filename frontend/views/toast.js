// A short confirmation that goes by itself.
import { useEffect } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { ToastState } from "../data/types.js" */

const SHOWN_MS = { success: 4_000, danger: 9_000 };

/** @param {{ toast: ToastState | null, onHide: (key: number) => void }} props */
export function Toast({ toast, onHide }) {
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => onHide(toast.key), SHOWN_MS[toast.tone]);
    return () => clearTimeout(timer);
  }, [toast?.key]);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${
      toast &&
      html`<div class=${`notice-toast notice-toast-${toast.tone}`} data-testid="toast" key=${toast.key}>
        <${Icon} name=${toast.tone === "danger" ? "alert" : "tick"} />
        <span>${toast.text}</span>
        <button type="button" class="icon-button" aria-label=${texts.close} onClick=${() => onHide(toast.key)}>
          <${Icon} name="close" />
        </button>
      </div>`
    }
  </div>`;
}
