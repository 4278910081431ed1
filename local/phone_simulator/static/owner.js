import { useRef, useState } from "preact/hooks";
import * as api from "./api.js";
import { useDismiss } from "./dismiss.js";
import { phoneNumber } from "./format.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { run, toggleLock } from "./store.js";

/** Whose phone it is, and what can change about them. */
export function Owner({ customer, locked }) {
  return html`
    <div class="owner">
      <div class="owner-name">
        <h2>${customer.name}</h2>
        <p title=${customer.user_id ?? ""}>${address(customer)}</p>
      </div>
      <button
        class="icon-button"
        aria-pressed=${locked}
        aria-label=${locked ? "Wake the phone" : "Lock the phone: what arrives stays unread"}
        title=${locked ? "Wake the phone" : "Lock the phone: what arrives stays unread"}
        data-testid="lock"
        onClick=${() => toggleLock(customer.id)}
      >
        <${Icon} name="lock" />
      </button>
      <${Changes} customer=${customer} />
    </div>
  `;
}

function address({ phone, username, user_id: userId, hides_number: hidden }) {
  const number = phone && (hidden ? `${phoneNumber(phone)}, hidden` : phoneNumber(phone));
  return `${username ? `@${username} · ` : ""}${number ?? `no number · ${userId}`}`;
}

function Changes({ customer }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  useDismiss(root, open, () => setOpen(false));
  const item = (id, label, change) => html`
    <button role="menuitem" data-testid=${id} onClick=${() => (setOpen(false), run(change))}>${label}</button>
  `;
  const act = (action) => () => api.act(customer.id, action);
  const patch = (change) => () => api.changeCustomer(customer.id, change);
  const username = customer.username ?? `${customer.name.split(/\s/)[0].toLowerCase()}${digits(2)}`;
  return html`
    <div class="owner-menu" ref=${root}>
      <button class="icon-button" aria-label="What changes about this customer" aria-expanded=${open} data-testid="owner-menu" onClick=${() => setOpen(!open)}>
        <${Icon} name="more" />
      </button>
      ${open &&
      html`
        <div class="menu" role="menu">
          ${customer.phone && item("change-number", "New phone number", () => api.act(customer.id, { type: "system", phone: `393${digits(9)}` }))}
          ${customer.phone && customer.user_id && !customer.hides_number && item("hide-number", "Take a user name, hide the number", patch({ hides_number: true, username }))}
          ${customer.hides_number && item("show-number", "Show the number again", patch({ hides_number: false }))}
          ${customer.user_id && item("update-user-id", "New user id (user_id_update, until August 2026)", act({ type: "user_id_update", user_id: `IT.${digits(16)}` }))}
          ${customer.user_id && item("change-user-id", "New user id (system message)", act({ type: "system", system_type: "user_changed_user_id", user_id: `IT.${digits(16)}` }))}
          ${customer.user_id && item("tell-previous-id", "New user id (notice without sender)", act({ type: "system", system_type: "user_changed_user_id", notice_from: "nobody", user_id: `IT.${digits(16)}` }))}
          ${item("change-identity", "New security code", act({ type: "system", system_type: "customer_identity_changed" }))}
          ${item("close-window", "Let 24 hours pass", patch({ last_message_at: null }))}
        </div>
      `}
    </div>
  `;
}

const digits = (count) => Array.from(crypto.getRandomValues(new Uint8Array(count)), (value) => value % 10).join("");
