// Where whoever uses this browser chooses what it tells of by itself.
import { useState } from "preact/hooks";
import { loadAlertChoice, saveAlertChoice } from "../data/alert_choice.js";
import { allowChime, chime } from "../lib/chime.js";
import { html } from "../lib/html.js";
import { askForNotifications, notificationPermission } from "../lib/notifications.js";
import { texts } from "../lib/texts.js";
import { Dialog } from "./dialog.js";
import { Switch } from "./switch.js";

/** @import { AlertChoice } from "../data/alert_choice.js" */

/** @param {{ onClose: () => void }} props */
export function AlertsDialog({ onClose }) {
  const [choice, setChoice] = useState(loadAlertChoice);
  const [permission, setPermission] = useState(notificationPermission);
  const words = texts.alerts;
  const on = choice.notifications && permission === "granted";

  /** @param {Partial<AlertChoice>} change */
  function choose(change) {
    saveAlertChoice({ ...loadAlertChoice(), ...change });
    setChoice(loadAlertChoice());
  }

  /** @param {boolean} wanted */
  async function chooseNotifications(wanted) {
    const given = wanted ? await askForNotifications() : permission;
    setPermission(given);
    choose({ notifications: wanted && given === "granted" });
  }

  /** @param {boolean} wanted */
  async function chooseSound(wanted) {
    choose({ sound: wanted });
    if (!wanted) return;
    await allowChime();
    chime();
  }

  return html`<${Dialog} title=${words.title} testId="alerts-dialog" onClose=${onClose}>
    <div class="switches">
      <p class="switches-lead">${words.lead}</p>
      <${Switch}
        label=${words.notifications}
        hint=${words.notificationsHint}
        on=${on}
        disabled=${permission === "denied" || permission === "unsupported"}
        testId="alerts-notifications"
        onChange=${chooseNotifications}
      />
      <p class="switches-problem" role="status">${problemText(permission)}</p>
      <${Switch}
        label=${words.text}
        hint=${words.textHint}
        on=${on && choice.text}
        disabled=${!on}
        testId="alerts-text"
        onChange=${(/** @type {boolean} */ text) => choose({ text })}
      />
      <${Switch} label=${words.sound} hint=${words.soundHint} on=${choice.sound} testId="alerts-sound" onChange=${chooseSound} />
    </div>
  <//>`;
}

/** @param {import("../lib/notifications.js").Permission} permission */
function problemText(permission) {
  if (permission === "denied") return texts.alerts.denied;
  return permission === "unsupported" ? texts.alerts.unsupported : "";
}
