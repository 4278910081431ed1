// The dialogs of a customer's rights: all that is kept of them as a file, and erasing it.
import { useEffect, useId, useState } from "preact/hooks";
import { ValidationError } from "../data/api.js";
import { errorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Dialog } from "./dialog.js";

/**
 * @import { Actions, Conversation, Export } from "../data/types.js"
 * @typedef {{ conversation: Conversation, actions: Actions, onClose: () => void }} Props
 */

/** @param {Props} props */
export function ExportDialog({ conversation: { id }, actions, onClose }) {
  const [made, setMade] = useState(/** @type {Export | null} */ (null));
  const [error, setError] = useState("");
  const words = texts.privacy;
  useEffect(() => {
    const stop = new AbortController();
    actions.exportCustomer(id, setMade, stop.signal).catch((failure) => setError(errorText(failure)));
    return () => stop.abort();
  }, []);
  const failed = error || (made?.state === "failed" ? words.exportFailed : "");
  const isDone = made?.state === "done";
  const send = () => {
    onClose();
    actions.sendExport(id);
  };
  return html`<${Dialog} title=${words.export} testId="export" onClose=${onClose}>
    <p class="dialog-text">${words.exportText}</p>
    <p class="dialog-text" role="status">${failed || (isDone ? words.made : words.making(made?.done ?? 0, made?.total ?? 0))}</p>
    <footer class="dialog-footer">
      <button type="button" class="btn btn-quiet" onClick=${send}>${words.send}</button>
      ${isDone && html`<a class="btn btn-primary" href=${`/api/contacts/${encodeURIComponent(id)}/export`} download>${words.download}</a>`}
    </footer>
  <//>`;
}

/** @param {Props} props */
export function EraseDialog({ conversation: { id, name }, actions, onClose }) {
  const [written, setWritten] = useState("");
  const [error, setError] = useState("");
  const fieldId = useId();
  const words = texts.privacy;

  /** @param {SubmitEvent} event */
  async function erase(event) {
    event.preventDefault();
    try {
      await actions.eraseCustomer(id, written);
      onClose();
    } catch (failure) {
      setError(failure instanceof ValidationError ? words.notConfirmed : errorText(failure));
    }
  }

  return html`<${Dialog} title=${words.eraseTitle(name)} testId="erase" onClose=${onClose}>
    <form class="erase-form" onSubmit=${erase}>
      <p class="dialog-text">${words.eraseText}</p>
      <label class="form-label" for=${fieldId}>${words.confirm(name)}</label>
      <input
        class=${`form-control ${error ? "is-invalid" : ""}`}
        id=${fieldId}
        value=${written}
        autocomplete="off"
        autofocus
        aria-invalid=${error ? "true" : undefined}
        onInput=${(/** @type {InputEvent} */ event) => setWritten(/** @type {HTMLInputElement} */ (event.target).value)}
      />
      <p class="dialog-text" role="alert">${error}</p>
      <footer class="dialog-footer">
        <button type="button" class="btn btn-quiet" onClick=${onClose}>${texts.cancel}</button>
        <button type="submit" class="btn btn-danger" disabled=${!written.trim()}>${words.erase}</button>
      </footer>
    </form>
  <//>`;
}
