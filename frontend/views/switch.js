// A switch with its name and, below it, what it does.
import { useId } from "preact/hooks";
import { html } from "../lib/html.js";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} [props.hint]
 * @param {boolean} props.on
 * @param {boolean} [props.disabled]
 * @param {string} [props.testId]
 * @param {(on: boolean) => void} props.onChange
 */
export function Switch({ label, hint, on, disabled = false, testId, onChange }) {
  const id = useId();
  return html`<div class="switch-row">
    <span class="switch-words">
      <span id=${id} class="switch-label">${label}</span>
      ${hint && html`<span id=${`${id}-hint`} class="switch-hint">${hint}</span>`}
    </span>
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked=${String(on)}
      aria-labelledby=${id}
      aria-describedby=${hint ? `${id}-hint` : undefined}
      disabled=${disabled}
      data-testid=${testId}
      onClick=${() => onChange(!on)}
    ></button>
  </div>`;
}
