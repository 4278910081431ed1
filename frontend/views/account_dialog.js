// The dialogs that the account menu opens.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { ConfirmDialog } from "./dialog.js";
import { lazy, nothing } from "./lazy.js";

/**
 * @import { Actions, Me, StaffState } from "../data/types.js"
 * @import { AskedDialog } from "./account.js"
 */

const AlertsDialog = lazy(async () => (await import("./alerts_dialog.js")).AlertsDialog, {
  styles: ["awareness"],
  Waiting: nothing,
});
const KeysDialog = lazy(async () => (await import("./keys_dialog.js")).KeysDialog, {
  styles: ["awareness"],
  Waiting: nothing,
});
const StaffDialog = lazy(async () => (await import("./staff.js")).StaffDialog, { styles: ["staff"], Waiting: nothing });

/**
 * The dialog that was asked for, or nothing.
 * @param {{ asked: AskedDialog | null, me: Me, staff: StaffState, actions: Actions, onClose: () => void }} props
 */
export function AccountDialog({ asked, me, staff, actions, onClose }) {
  if (asked === "alerts") return html`<${AlertsDialog} onClose=${onClose} />`;
  if (asked === "keys") return html`<${KeysDialog} onClose=${onClose} />`;
  if (asked === "staff")
    return html`<${StaffDialog}
      members=${staff.members}
      error=${staff.error}
      me=${me}
      onLoad=${actions.loadStaff}
      onSave=${actions.saveStaff}
      onRemove=${actions.removeStaff}
      onClose=${onClose}
    />`;
  if (asked === "sign_out")
    return html`<${ConfirmDialog}
      title=${texts.leaving.unsentTitle}
      text=${texts.leaving.unsentText(actions.unsentMessages())}
      confirm=${texts.signIn.signOut}
      tone="danger"
      onConfirm=${() => {
        onClose();
        actions.signOut();
      }}
      onClose=${onClose}
    />`;
  if (asked === "sign_out_everywhere")
    return html`<${SignOutEverywhere} onSignOut=${() => actions.signOut({ everywhere: true })} onClose=${onClose} />`;
  return null;
}

/** @param {{ onSignOut: () => void, onClose: () => void }} props */
function SignOutEverywhere({ onSignOut, onClose }) {
  function confirm() {
    onClose();
    onSignOut();
  }

  return html`<${ConfirmDialog}
    title=${texts.leaving.everywhereTitle}
    text=${texts.leaving.everywhereText}
    confirm=${texts.signIn.signOut}
    onConfirm=${confirm}
    onClose=${onClose}
  />`;
}
