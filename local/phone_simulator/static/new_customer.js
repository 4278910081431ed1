import { useRef, useState } from "preact/hooks";
import * as api from "./api.js";
import { useDismiss } from "./dismiss.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { run } from "./store.js";

export function NewCustomer() {
  const [open, setOpen] = useState(false);
  const dialog = useRef(null);
  const root = useRef(null);
  useDismiss(root, open, () => setOpen(false));
  const add = (details) => {
    setOpen(false);
    return run(async () => focusComposer(await api.addCustomer(details)));
  };
  const submit = async (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const phone = fields.get("phone").trim();
    const username = fields.get("username").trim();
    dialog.current.close();
    await add({ name: fields.get("name").trim(), phone: phone || null, username: username || null });
    event.target.reset();
  };
  return html`
    <div class="split" ref=${root}>
      <button class="button primary" data-testid="new-customer" onClick=${() => add({})}>
        <${Icon} name="plus" /> New customer
      </button>
      <button
        class="button primary narrow"
        data-testid="new-customer-options"
        aria-label="More kinds of new customer"
        aria-expanded=${open}
        onClick=${() => setOpen(!open)}
      >
        <${Icon} name="down" />
      </button>
      ${open &&
      html`
        <div class="menu" role="menu">
          <button role="menuitem" data-testid="new-customer-no-number" onClick=${() => add({ phone: null, username: true })}>
            Without phone number
          </button>
          <button
            role="menuitem"
            data-testid="new-customer-custom"
            onClick=${() => {
              setOpen(false);
              dialog.current.showModal();
            }}
          >
            With a name and number…
          </button>
        </div>
      `}
      <dialog ref=${dialog} class="dialog" aria-labelledby="new-customer-title">
        <form onSubmit=${submit}>
          <h2 id="new-customer-title">New customer</h2>
          <label>Name <input name="name" required data-testid="new-customer-name" autocomplete="off" /></label>
          <label>
            Phone <small>empty: the business sees only a user id</small>
            <input name="phone" inputmode="tel" placeholder="+39 333 123 4567" data-testid="new-customer-phone" />
          </label>
          <label>User name <small>optional</small> <input name="username" autocomplete="off" /></label>
          <div class="dialog-actions">
            <button type="button" class="button" onClick=${() => dialog.current.close()}>Cancel</button>
            <button class="button primary" data-testid="new-customer-create">Add phone</button>
          </div>
        </form>
      </dialog>
    </div>
  `;
}

function focusComposer(customer) {
  const find = (attempts) => {
    const composer = document.querySelector(`[data-customer="${customer.id}"] [data-testid="composer"]`);
    if (composer) {
      composer.focus({ preventScroll: true });
      composer.closest('[data-testid="phone"]').scrollIntoView({ behavior: "smooth", inline: "center" });
    } else if (attempts) setTimeout(() => find(attempts - 1), 50);
  };
  find(20);
}
