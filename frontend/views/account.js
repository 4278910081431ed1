// What whoever is signed in can do beside the conversations: see the staff, and sign out.
import { html } from "../html.js";
import { texts } from "../texts.js";
import { ConfirmDialog } from "./dialog.js";
import { StaffDialog } from "./staff.js";

/** The menu's items; onAsk("staff" or "sign_out_everywhere") asks for a dialog. */
export function accountItems({ mode }, actions, onAsk) {
  const staff = { icon: "team", text: texts.staff.title, onChoose: () => onAsk("staff") };
  const signOut = { icon: "logout", text: texts.signIn.signOut, onChoose: () => actions.signOut() };
  const everywhere = {
    icon: "devices",
    text: texts.signIn.signOutEverywhere,
    onChoose: () => onAsk("sign_out_everywhere"),
  };
  // On one's own machine everybody may come in, under one name; behind a proxy the sessions are the proxy's.
  return [...(mode === "local" ? [] : [staff]), signOut, ...(mode === "google" ? [everywhere] : [])];
}

/** The dialog that was asked for, or nothing. */
export function AccountDialog({ asked, me, staff, actions, onClose }) {
  if (asked === "staff")
    return html`<${StaffDialog}
      members=${staff.members}
      error=${staff.error}
      me=${me}
      onLoad=${actions.loadStaff}
      onAdd=${actions.addStaff}
      onRemove=${actions.removeStaff}
      onClose=${onClose}
    />`;
  if (asked === "sign_out_everywhere")
    return html`<${SignOutEverywhere} onSignOut=${() => actions.signOut({ everywhere: true })} onClose=${onClose} />`;
  return null;
}

function SignOutEverywhere({ onSignOut, onClose }) {
  function confirm() {
    onClose();
    onSignOut();
  }

  return html`<${ConfirmDialog}
    title=${texts.signIn.signOutEverywhereTitle}
    text=${texts.signIn.signOutEverywhereText}
    confirm=${texts.signIn.signOut}
    onConfirm=${confirm}
    onClose=${onClose}
  />`;
}
