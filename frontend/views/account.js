// What whoever is signed in can do beside the conversations: see the settings and the staff, and sign out.
import { openPage } from "../lib/navigation.js";
import { can } from "../lib/roles.js";
import { texts } from "../lib/texts.js";

/**
 * @import { FirstActions, Me } from "../data/types.js"
 * @import { Item } from "./menu.js"
 * @typedef {"alerts" | "keys" | "new_conversation" | "staff" | "sign_out" | "sign_out_everywhere"} AskedDialog
 */

/**
 * The menu's items; onAsk asks for a dialog.
 * @param {Me} me
 * @param {FirstActions} actions
 * @param {(dialog: AskedDialog) => void} onAsk
 * @returns {Item[]}
 */
export function accountItems({ mode, role }, actions, onAsk) {
  /** @type {Item} */
  const staff = { icon: "team", text: texts.account.staff, onChoose: () => onAsk("staff") };
  /** @type {Item} */
  const settings = { icon: "settings", text: texts.account.settings, onChoose: () => openPage("settings") };
  /** @type {Item} */
  const overview = { icon: "chart", text: texts.account.overview, onChoose: () => openPage("overview") };
  /** @type {Item} */
  const activity = { icon: "history", text: texts.account.activity, onChoose: () => openPage("activity") };
  /** @type {Item} */
  const alerts = { icon: "bell", text: texts.account.alerts, onChoose: () => onAsk("alerts") };
  /** @type {Item} */
  const keys = { icon: "keyboard", text: texts.account.keyboard, onChoose: () => onAsk("keys") };
  /** @type {Item} */
  const signOut = { icon: "logout", text: texts.signIn.signOut, onChoose: async () => ((await actions.unsentMessages()) ? onAsk("sign_out") : actions.signOut()) };
  /** @type {Item} */
  const everywhere = {
    icon: "devices",
    text: texts.signIn.signOutEverywhere,
    onChoose: () => onAsk("sign_out_everywhere"),
  };
  // On one's own machine everybody may come in, under one name; behind a proxy the sessions are the proxy's.
  /** @type {Item} */
  const contacts = { icon: "download", text: texts.contactsTable.download, onChoose: downloadContacts };
  const forAgents = can(role, "agent") ? [contacts] : [];
  return [overview, settings, ...forAgents, ...(role === "owner" ? [activity] : []), ...(mode === "local" ? [] : [staff]), alerts, keys, signOut, ...(mode === "google" ? [everywhere] : [])];
}

// The browser's own download, which takes it in piece by piece.
function downloadContacts() {
  const link = document.createElement("a");
  const { language, separator } = texts.contactsTable;
  link.href = `/api/contacts.csv?language=${language}&separator=${encodeURIComponent(separator)}`;
  link.download = "";
  link.click();
}
