// The canned replies on the settings page: every member of staff sees them, owners change and save them.
import { useEffect, useState } from "preact/hooks";
import { ApiError, ValidationError } from "../data/api.js";
import { errorText } from "../data/error_text.js";
import { withValue, valueAt } from "../data/state/settings.js";
import { useLeaveWarning } from "../lib/hooks.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Failed, Loading } from "./empty.js";
import { Rows, TextArea, TextField } from "./settings_form.js";

/**
 * @import { Actions, RepliesState, Reply } from "../data/types.js"
 * @import { Form } from "./settings_form.js"
 */

const words = texts.replies;
const MAX_TEXT_LENGTH = 4096; // WhatsApp's for a text message
const MAX_SHORTCUT_LENGTH = 30;

/** @param {{ replies: RepliesState, readOnly: boolean, actions: Actions }} props */
export function SettingsReplies({ replies, readOnly, actions }) {
  useEffect(() => {
    actions.loadReplies();
  }, []);
  const { items, error } = replies;
  if (!items) return error ? html`<${Failed} title=${words.failed} error=${error} onRetry=${actions.loadReplies} />` : html`<${Loading} />`;
  return html`<${Editor} items=${items} readOnly=${readOnly} actions=${actions} />`;
}

/** @param {{ items: Reply[], readOnly: boolean, actions: Actions }} props */
function Editor({ items, readOnly, actions }) {
  const [draft, setDraft] = useState(/** @type {Reply[] | null} */ (null)); // what was changed and not saved
  const [refusal, setRefusal] = useState(/** @type {unknown} */ (null));
  const [busy, setBusy] = useState(false);
  useLeaveWarning(draft !== null);
  const shown = { replies: draft ?? items };

  async function save() {
    setBusy(true);
    setRefusal(null);
    try {
      await actions.saveReplies(shown.replies);
      setDraft(null);
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  }

  function discard() {
    setDraft(null);
    setRefusal(null);
    actions.loadReplies();
  }

  /** @type {Form} */
  const form = {
    value: (path) => valueAt(shown, path),
    set: (path, value) => setDraft(withValue(shown, path, path.endsWith(".shortcut") ? asShortcut(String(value)) : value).replies),
    problem: (path) => problemAt(refusal, path),
    readOnly,
  };
  return html`<div data-testid="settings-replies">
    <${Refusal} refusal=${refusal} onTheirs=${discard} />
    ${readOnly && !items.length && html`<p class="settings-lead">${words.none}</p>`}
    <${Rows} form=${form} path="replies" name=${words.one} add=${words.add} empty=${{ shortcut: "", text: "" }}>
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${form} path=${`${path}.shortcut`} label=${words.shortcut} placeholder="orari" max=${MAX_SHORTCUT_LENGTH} />
        <${TextArea} form=${form} path=${`${path}.text`} label=${words.text} rows=${2} max=${MAX_TEXT_LENGTH} wide />
      `}
    <//>
    ${
      draft &&
      html`<p class="settings-replies-save">
        <button type="button" class="btn btn-primary btn-sm" disabled=${busy} data-testid="save-replies" onClick=${save}>${busy ? texts.saving : words.save}</button>
        <button type="button" class="btn btn-quiet btn-sm" disabled=${busy} onClick=${discard}>${texts.settings.discard}</button>
      </p>`
    }
  </div>`;
}

/** @param {{ refusal: unknown, onTheirs: () => void }} props */
function Refusal({ refusal, onTheirs }) {
  if (!refusal) return null;
  if (refusal instanceof ApiError && refusal.code === "conflict")
    return html`<div class="alert alert-danger" role="alert">
      <p>${words.conflict}</p>
      <button type="button" class="btn btn-quiet btn-sm" onClick=${onTheirs}>${words.conflictTheirs}</button>
    </div>`;
  return html`<div class="alert alert-danger" role="alert"><strong>${texts.settings.notSaved}.</strong> ${errorText(refusal)}</div>`;
}

/**
 * The server names a refused reply by its place.
 * @param {unknown} refusal
 * @param {string} path
 */
function problemAt(refusal, path) {
  const [, place, field] = path.split(".");
  const refused = refusal instanceof ValidationError && Object.hasOwn(refusal.fields, place ?? "");
  return refused && field === "shortcut" ? words.problem : undefined;
}

/** @param {string} typed */
function asShortcut(typed) {
  const plain = typed.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.replaceAll(/\s+/g, "-").replaceAll(/[^a-z0-9_-]/g, "");
}
