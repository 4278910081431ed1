// The help: every key of the page, and the switch of those that are one character.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { keysByAction, singleKeysOn, switchSingleKeys } from "../lib/keyboard.js";
import { texts } from "../lib/texts.js";
import { Dialog } from "./dialog.js";
import { Switch } from "./switch.js";

/** @param {{ onClose: () => void }} props */
export function KeysDialog({ onClose }) {
  const [single, setSingle] = useState(singleKeysOn);

  /** @param {boolean} on */
  function change(on) {
    switchSingleKeys(on);
    setSingle(singleKeysOn());
  }

  return html`<${Dialog} title=${texts.keyboard.title} testId="keys-dialog" onClose=${onClose}>
    <div class="switches">
      <dl class="keys">
        ${keysByAction().map(
          ([action, keys]) => html`<dt>${texts.keyboard[action]}</dt>
            <dd>${keys.map((key, at) => html`${at > 0 && html`<span class="keys-or">${texts.keyboard.or}</span>`}<kbd>${key}</kbd>`)}</dd>`,
        )}
      </dl>
      <${Switch} label=${texts.keyboard.single} hint=${texts.keyboard.singleHint} on=${single} testId="single-keys" onChange=${change} />
    </div>
  <//>`;
}
