// The settings page: what the business decides, a trial of it, and what was saved before.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, ValidationError } from "../data/api.js";
import { errorText } from "../data/error_text.js";
import { valueAt, withValue } from "../data/state/settings.js";
import { useLeaveWarning } from "../lib/hooks.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { ConfirmDialog } from "./dialog.js";
import { Failed, Loading } from "./empty.js";
import { PageHeader } from "./page_header.js";
import { SettingsPreview } from "./settings_preview.js";
import { SettingsReplies } from "./settings_replies.js";
import { SECTIONS } from "./settings_sections.js";
import { SettingsVersions } from "./settings_versions.js";

/**
 * @import { Actions, BusinessSettings, Me, RepliesState, SettingsState } from "../data/types.js"
 * @import { Form } from "./settings_form.js"
 */

const words = texts.settings;

/** @param {{ settings: SettingsState, replies: RepliesState, me: Me, actions: Actions }} props */
export function Settings({ settings, replies, me, actions }) {
  useEffect(() => {
    actions.loadSettings();
  }, []);
  const { saved, error } = settings;
  return html`<main class="settings" data-testid="settings">
    ${
      saved
        ? html`<${Loaded} settings=${settings} replies=${replies} saved=${saved} readOnly=${me.role !== "owner"} actions=${actions} />`
        : html`<${PageHeader} title=${words.title} /><div class="settings-absent">
            ${error ? html`<${Failed} title=${words.failed} error=${error} onRetry=${actions.loadSettings} />` : html`<${Loading} />`}
          </div>`
    }
  </main>`;
}

/** @param {{ settings: SettingsState, replies: RepliesState, saved: BusinessSettings, readOnly: boolean, actions: Actions }} props */
function Loaded({ settings, replies, saved, readOnly, actions }) {
  const { draft } = settings;
  const shown = draft ?? saved;
  const changed = draft !== null;
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {unknown} */ (null));
  const [discarding, setDiscarding] = useState(false);
  const page = useRef(/** @type {HTMLElement | null} */ (null));
  useLeaveWarning(changed);
  useEffect(() => {
    /** @type {HTMLElement | null | undefined} */ (page.current?.querySelector("[aria-invalid]"))?.focus();
  }, [refusal]);

  /** @param {(draft: BusinessSettings) => Promise<void>} saving */
  async function save(saving) {
    setBusy(true);
    setRefusal(null);
    try {
      await saving(shown);
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  }

  function discard() {
    setDiscarding(false);
    setRefusal(null);
    actions.editSettings(null);
    actions.loadSettings();
  }

  /** @type {Form} */
  const form = {
    value: (path) => valueAt(shown, path),
    set: (path, value) => actions.editSettings(withValue(shown, path, value)),
    problem: (path) => problemAt(refusal, path),
    readOnly,
  };
  return html`<${PageHeader} title=${words.title}>
      ${readOnly && html`<span class="settings-note">${words.onlyOwners}</span>`}
      ${changed && html`<span class="settings-note" role="status">${words.unsaved}</span>`}
      ${
        !readOnly &&
        html`<button type="button" class="btn btn-quiet" disabled=${!changed || busy} onClick=${() => setDiscarding(true)}>${words.discard}</button>
          <button type="button" class="btn btn-primary" disabled=${!changed || busy} onClick=${() => save(actions.saveSettings)} data-testid="save-settings">
            ${busy ? texts.saving : texts.save}
          </button>`
      }
    <//>
    <div class="settings-body" ref=${page}>
      <nav class="settings-nav" aria-label=${words.title}>
        ${[...SECTIONS, { id: "replies", title: texts.replies.title }, { id: "versions", title: words.sections.versions }].map(
          ({ id, title }) => html`<button type="button" key=${id} onClick=${() => scrollTo(id)}>${title}</button>`,
        )}
      </nav>
      <div class="settings-sections">
        <${Refusal} refusal=${refusal} onTheirs=${discard} onMine=${() => save(actions.saveSettingsOver)} />
        ${SECTIONS.map(
          ({ id, title, lead, content }) =>
            html`<section id=${`settings-${id}`} key=${id} aria-labelledby=${`settings-${id}-title`}>
              <h2 id=${`settings-${id}-title`}>${title}</h2>
              ${lead && html`<p class="settings-lead">${lead}</p>`}
              ${content(form)}
            </section>`,
        )}
        <section id="settings-replies" aria-labelledby="settings-replies-title">
          <h3 id="settings-replies-title">${texts.replies.title}</h3>
          <p class="settings-lead">${texts.replies.lead}</p>
          <${SettingsReplies} replies=${replies} readOnly=${readOnly} actions=${actions} />
        </section>
        <section id="settings-versions" aria-labelledby="settings-versions-title">
          <h2 id="settings-versions-title">${words.sections.versions}</h2>
          <${SettingsVersions} versions=${settings.versions} current=${saved.version} readOnly=${readOnly} actions=${actions} />
        </section>
      </div>
      <${SettingsPreview} settings=${shown} actions=${actions} />
    </div>
    ${
      discarding &&
      html`<${ConfirmDialog}
        title=${words.discardTitle}
        text=${words.discardText}
        confirm=${words.discard}
        tone="danger"
        onConfirm=${discard}
        onClose=${() => setDiscarding(false)}
      />`
    }`;
}

/** @param {{ refusal: unknown, onTheirs: () => void, onMine: () => void }} props */
function Refusal({ refusal, onTheirs, onMine }) {
  if (!refusal) return null;
  if (refusal instanceof ApiError && refusal.code === "conflict")
    return html`<div class="alert alert-danger" role="alert">
      <p>${words.conflict}</p>
      <p class="settings-conflict">
        <button type="button" class="btn btn-danger btn-sm" onClick=${onMine}>${words.conflictMine}</button>
        <button type="button" class="btn btn-quiet btn-sm" onClick=${onTheirs}>${words.conflictTheirs}</button>
      </p>
    </div>`;
  return html`<div class="alert alert-danger" role="alert">
    <strong>${words.notSaved}.</strong> ${errorText(refusal)}
    ${
      refusal instanceof ValidationError &&
      html`<ul>${Object.keys(refusal.fields).map((path) => html`<li key=${path}><code>${path}</code>: ${problemAt(refusal, path)}</li>`)}</ul>`
    }
  </div>`;
}

/**
 * What is wrong at a path, or below it where a list is written in one line.
 * @param {unknown} refusal
 * @param {string} path
 */
function problemAt(refusal, path) {
  if (!(refusal instanceof ValidationError)) return undefined;
  const found = Object.keys(refusal.fields).find((other) => other === path || isItemOf(other, path));
  if (!found) return undefined;
  if (/(^|\.)(weekly\.\w+|hours)\.\d+$/.test(found)) return words.problems.hours;
  if (found.endsWith("time_zone")) return words.problems.timeZone;
  if (found.endsWith("url")) return words.problems.url;
  if (found.endsWith("day") || found.endsWith("until")) return words.problems.day;
  return refusal.fields[found];
}

/**
 * @param {string} path
 * @param {string} list
 */
function isItemOf(path, list) {
  return path.startsWith(`${list}.`) && /^\d+$/.test(path.slice(list.length + 1));
}

/** @param {string} id */
function scrollTo(id) {
  document.getElementById(`settings-${id}`)?.scrollIntoView({ block: "start" });
}
