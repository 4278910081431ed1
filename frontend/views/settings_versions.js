// What was saved before: by whom, when and what, and a way back.
import { useEffect, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { ConfirmDialog } from "./dialog.js";
import { Loading } from "./empty.js";

/** @import { Actions, SettingsVersion } from "../data/types.js" */

const words = texts.settings;
const WHEN = new Intl.DateTimeFormat(texts.locale, { dateStyle: "medium", timeStyle: "short" });

/** @param {{ versions: SettingsVersion[] | null, current: number, readOnly: boolean, actions: Actions }} props */
export function SettingsVersions({ versions, current, readOnly, actions }) {
  const [asked, setAsked] = useState(/** @type {SettingsVersion | null} */ (null));
  useEffect(() => {
    if (!versions) actions.loadVersions();
  }, [versions]);
  if (!versions) return html`<${Loading} />`;
  if (!versions.length) return html`<p class="settings-lead">${words.noVersions}</p>`;
  return html`<ol class="settings-versions" data-testid="settings-versions">
      ${versions.map(
        (each) =>
          html`<li key=${each.version}>
            <span>
              <strong>${words.version(each.version)}</strong> · ${WHEN.format(new Date(each.saved_at))} · <bdi>${each.saved_by}</bdi>
              <span class="settings-changed">${each.changed.join(", ")}</span>
            </span>
            ${
              each.version === current
                ? html`<span class="settings-note">${words.current}</span>`
                : !readOnly && html`<button type="button" class="btn btn-quiet btn-sm" onClick=${() => setAsked(each)}>${words.restore}</button>`
            }
          </li>`,
      )}
    </ol>
    ${
      asked &&
      html`<${ConfirmDialog}
        title=${words.restoreTitle(asked.version)}
        text=${words.restoreText}
        confirm=${words.restore}
        onConfirm=${() => {
          setAsked(null);
          actions.restoreSettings(asked.version);
        }}
        onClose=${() => setAsked(null)}
      />`
    }`;
}
