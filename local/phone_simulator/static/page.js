import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { FaultPanel } from "./faults.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { NewCustomer } from "./new_customer.js";
import { Phone } from "./phone.js";
import * as store from "./store.js";

function Page() {
  const [state, setState] = useState(store.current());
  const [showFaults, setShowFaults] = useState(false);
  useEffect(() => store.subscribe(setState), []);
  const faultCount = state.faults ? countFaults(state.faults) : 0;
  return html`
    <div class=${`page ${showFaults ? "with-panel" : ""}`}>
      <header class="bar">
        <h1><span class="badge">Simulator</span> Customers’ phones</h1>
        <p class="lead">Plays WhatsApp for <strong>${state.businessName || "…"}</strong>. Nothing leaves this machine.</p>
        <${WebhookHealth} state=${state} />
        <div class="bar-actions">
          <button
            class=${`button ${faultCount ? "warning" : ""}`}
            data-testid="faults-toggle"
            aria-expanded=${showFaults}
            aria-controls="faults"
            onClick=${() => setShowFaults(!showFaults)}
          >
            <${Icon} name="faults" /> Faults${faultCount ? ` (${faultCount})` : ""}
          </button>
          <${NewCustomer} />
        </div>
      </header>
      <main class="phones" aria-label="Phones">
        ${state.customers.map(
          (customer) => html`
            <${Phone}
              key=${`${state.session}-${customer.id}`}
              customer=${customer}
              messages=${state.chats[customer.id] ?? []}
              businessName=${state.businessName}
              typing=${state.typing.includes(customer.id)}
              locked=${state.locked.includes(customer.id)}
            />
          `,
        )}
        ${state.customers.length === 0 && html`<${Empty} connected=${state.connected} />`}
      </main>
      ${showFaults &&
      state.faults &&
      html`<${FaultPanel} faults=${state.faults} webhooks=${state.webhooks} onClose=${() => setShowFaults(false)} />`}
      <p class="notice" role="status" hidden=${!state.notice}>${state.notice}</p>
    </div>
  `;
}

function WebhookHealth({ state }) {
  if (!state.connected) return html`<p class="health bad" role="status">Simulator not reachable</p>`;
  const { posted = 0, refused = 0, last_status: last } = state.webhooks ?? {};
  if (!posted) return html`<p class="health">No webhook posted yet</p>`;
  const good = last === 200;
  return html`
    <p class=${`health ${good ? "good" : "bad"}`} title="Webhooks posted to the product">
      ${good ? "Webhook answers 200" : `Webhook: ${last}`}${refused && good ? `, ${refused} refused before` : ""}
    </p>
  `;
}

function Empty({ connected }) {
  return html`
    <div class="empty">
      <div class="empty-phone" aria-hidden="true"><span></span><span></span><span></span></div>
      <h2>${connected ? "No phone yet" : "Waiting for the simulator"}</h2>
      <p>Add a customer, then write to the business from their phone. Add more to have several chats at once.</p>
    </div>
  `;
}

function countFaults({ graph, seed: _seed, ...switches }) {
  return graph.length + Object.values(switches).filter(Boolean).length;
}

render(html`<${Page} />`, document.getElementById("page"));
store.start();
