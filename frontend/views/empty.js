// What stands where there is nothing to show: why, and what to do next.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { IconName } from "./icon.js" */

/**
 * @param {object} props
 * @param {IconName} props.icon
 * @param {string} props.title
 * @param {string | null} [props.hint]
 * @param {string} [props.action]  what the button says
 * @param {() => void} [props.onAction]
 */
export function Empty({ icon, title, hint, action, onAction }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} /></span>
    <p class="empty-title">${title}</p>
    ${hint && html`<p class="empty-hint">${hint}</p>`}
    ${action && html`<button type="button" class="btn btn-primary btn-sm" onClick=${onAction}>${action}</button>`}
  </div>`;
}

/** @param {{ title: string, error: string, onRetry: () => void }} props */
export function Failed({ title, error, onRetry }) {
  return html`<div role="alert">
    <${Empty} icon="alert" title=${title} hint=${error} action=${texts.retry} onAction=${onRetry} />
  </div>`;
}

/** @param {{ label?: string }} props */
export function Loading({ label = texts.loading }) {
  return html`<div class="loading" role="status">
    <span class="spinner" aria-hidden="true"></span><span class="visually-hidden">${label}</span>
  </div>`;
}

const SKELETON = ["in", "in", "out", "in", "out"];

/** The bubbles of a conversation that is being loaded. */
export function ThreadSkeleton() {
  return html`<div class="thread-skeleton" role="status">
    <span class="visually-hidden">${texts.loading}</span>
    ${SKELETON.map((side, row) => html`<span class=${`skeleton-bubble skeleton-${side}`} key=${row} aria-hidden="true"></span>`)}
  </div>`;
}
