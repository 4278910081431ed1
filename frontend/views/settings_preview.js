// A trial of the settings as they stand on the page, saved or not; no customer is ever written to.
import { useRef, useState } from "preact/hooks";
import { errorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { RichText } from "./rich_text.js";

/** @import { Actions, BusinessSettings, PreviewTurn } from "../data/types.js" */

const words = texts.settings;
const MAX_MESSAGE = 4_000;

/** @param {{ settings: BusinessSettings, actions: Actions }} props */
export function SettingsPreview({ settings, actions }) {
  const [turns, setTurns] = useState(/** @type {PreviewTurn[]} */ ([]));
  const [prompt, setPrompt] = useState("");
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    const text = message.trim();
    if (!text || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await actions.preview(text, turns, settings);
      if (answer) {
        setTurns([...turns, { role: "customer", text }, { role: "assistant", text: answer.text }]);
        setPrompt(answer.prompt);
        setMessage("");
      }
    } catch (error) {
      setProblem(errorText(error));
    }
    setBusy(false);
    field.current?.focus();
  }

  return html`<aside class="settings-preview" aria-label=${words.preview} data-testid="settings-preview">
    <header>
      <h2>${words.preview}</h2>
      ${turns.length > 0 && html`<button type="button" class="btn btn-quiet btn-sm" onClick=${() => setTurns([])}>${words.previewAgain}</button>`}
    </header>
    <div class="settings-chat" role="log" aria-live="polite">
      ${turns.length === 0 && html`<p class="settings-lead">${words.previewLead}</p>`}
      ${turns.map(
        ({ role, text }, index) =>
          html`<div class=${`settings-bubble settings-bubble-${role}`} key=${index} dir="auto"><${RichText} text=${text} /></div>`,
      )}
      ${busy && html`<p class="settings-lead" role="status">${words.previewBusy}</p>`}
      ${problem && html`<p class="settings-problem" role="alert">${problem}</p>`}
    </div>
    <form onSubmit=${send}>
      <input
        class="form-control"
        ref=${field}
        value=${message}
        maxlength=${MAX_MESSAGE}
        placeholder=${words.previewPlaceholder}
        aria-label=${words.previewPlaceholder}
        dir="auto"
        autocomplete="off"
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setMessage(event.currentTarget.value)}
      />
      <button type="submit" class="icon-button" aria-label=${words.previewSend} disabled=${busy || !message.trim()}><${Icon} name="send" /></button>
    </form>
    ${prompt && html`<details><summary>${words.prompt}</summary><pre>${prompt}</pre></details>`}
  </aside>`;
}
