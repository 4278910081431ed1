// A button that copies a text, and says that it did.
import { useEffect, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

const SHOWN_MS = 2_000;

/** @param {{ text: string }} props */
export function CopyButton({ text }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    const timer = copied && setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer || undefined);
  }, [copied]);

  async function copy() {
    await navigator.clipboard?.writeText(text);
    setCopied(Boolean(navigator.clipboard));
  }

  return html`<button type="button" class="fact-button" aria-label=${texts.copy.label(text)} title=${copied ? texts.copy.done : texts.copy.action} data-testid="copy" onClick=${copy}>
    <${Icon} name=${copied ? "tick" : "copy"} />
    <span class="visually-hidden" role="status">${copied && texts.copy.done}</span>
  </button>`;
}
