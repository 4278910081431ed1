import { useState } from "preact/hooks";
import * as api from "./api.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { run, tell } from "./store.js";

const KINDS = [
  ["500", "500 server error"],
  ["429", "429 with Retry-After"],
  ["429_without_retry_after", "429 without Retry-After"],
  ["131047", "131047 window closed"],
  ["131056", "131056 pair rate limit"],
  ["190", "190 token refused"],
  ["accepted_then_hang", "Accepted, then hangs"],
  ["accepted_then_reset", "Accepted, then connection reset"],
  ["truncated_json", "Accepted, answer cut short"],
  ["accepted_then_504", "Accepted, then 504 by a gateway"],
  ["504", "504 by a gateway, nothing delivered"],
  ["hang", "Hangs, nothing delivered"],
  ["reset", "Connection reset, nothing delivered"],
  ["latency", "Slow answer"],
  ["503", "503 not available"],
  ["404", "404 no such file"],
  ["expired_url", "File: address has expired"],
  ["corrupted", "File: other bytes, wrong hash"],
  ["larger_than_declared", "File: larger than declared"],
];
const TIMED = new Set(["accepted_then_hang", "hang", "latency"]);
const DOWNLOADS = new Set(["expired_url", "corrupted", "larger_than_declared"]);
const SWITCHES = [
  ["drop_statuses", "No statuses at all"],
  ["status_before_response", "Statuses before the answer"],
  ["status_out_of_order", "Delivered before sent"],
];

export function FaultPanel({ faults, webhooks, onClose }) {
  const change = (fields) => run(() => api.changeFaults(fields));
  return html`
    <aside class="panel" id="faults" data-testid="faults-panel" aria-label="Faults">
      <header>
        <h2>Faults</h2>
        <button class="icon-button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </header>
      <fieldset>
        <legend>Webhooks to the product</legend>
        <${Rate} name="webhook_duplicate" label="Posted twice" faults=${faults} onChange=${change} />
        <${Rate} name="webhook_out_of_order" label="Out of order" faults=${faults} onChange=${change} />
        <label class="field">
          <span>Late by</span>
          <span class="with-unit">
            <input
              type="number"
              min="0"
              max="600"
              step="0.5"
              data-testid="fault-webhook_late"
              value=${faults.webhook_late}
              onChange=${(event) => change({ webhook_late: Number(event.target.value) })}
            />
            s
          </span>
        </label>
      </fieldset>
      <fieldset>
        <legend>Statuses</legend>
        ${SWITCHES.map(
          ([name, label]) => html`
            <label class="switch">
              <span>${label}</span>
              <input
                type="checkbox"
                role="switch"
                data-testid=${`fault-${name}`}
                checked=${faults[name]}
                onChange=${(event) => change({ [name]: event.target.checked })}
              />
            </label>
          `,
        )}
        <${Rate} name="delivery_failed" label="Delivery fails" faults=${faults} onChange=${change} />
      </fieldset>
      <${GraphFaults} list=${faults.graph} onAdd=${(graph) => change({ graph })} />
      <fieldset>
        <legend>Webhooks so far</legend>
        <dl class="figures">
          <div><dt>posted</dt><dd>${webhooks.posted}</dd></div>
          <div><dt>refused</dt><dd>${webhooks.refused}</dd></div>
          <div><dt>waiting</dt><dd>${webhooks.pending}</dd></div>
          <div><dt>last</dt><dd>${webhooks.last_seconds === null ? "–" : `${Math.round(webhooks.last_seconds * 1000)} ms`}</dd></div>
        </dl>
      </fieldset>
      <div class="panel-actions">
        <button class="button" data-testid="clear-faults" onClick=${() => run(api.clearFaults)}>Clear faults</button>
        <button class="button" onClick=${askHandshake}>Handshake</button>
        <button class="button danger" data-testid="reset" onClick=${() => run(api.reset)}>Remove all phones</button>
      </div>
    </aside>
  `;
}

function Rate({ name, label, faults, onChange }) {
  const value = faults[name];
  return html`
    <label class="field">
      <span>${label}</span>
      <span class="with-unit">
        <input
          type="range"
          min="0"
          max="1"
          step="0.1"
          data-testid=${`fault-${name}`}
          value=${value}
          onChange=${(event) => onChange({ [name]: Number(event.target.value) })}
        />
        <output>${value ? `${Math.round(value * 100)}%` : "off"}</output>
      </span>
    </label>
  `;
}

function GraphFaults({ list, onAdd }) {
  const [fault, setFault] = useState(KINDS[0][0]);
  const submit = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const added = { fault, times: Number(fields.get("times")) };
    if (!DOWNLOADS.has(fault)) added.endpoint = fields.get("endpoint");
    if (TIMED.has(fault)) added.seconds = Number(fields.get("seconds"));
    onAdd(added);
  };
  return html`
    <fieldset>
      <legend>Answers of the Graph API</legend>
      <form class="graph-form" onSubmit=${submit}>
        <select aria-label="Fault" data-testid="graph-fault" value=${fault} onChange=${(event) => setFault(event.target.value)}>
          ${KINDS.map(([kind, label]) => html`<option value=${kind}>${label}</option>`)}
        </select>
        <div class="graph-line">
          ${DOWNLOADS.has(fault)
            ? html`<span>on download</span>`
            : html`<label>on <select name="endpoint" data-testid="graph-endpoint">
                <option value="messages">messages</option>
                <option value="read">read and typing</option>
                <option value="media">any media call</option>
                <option value="media_info">media: look-up</option>
                <option value="download">media: download</option>
                <option value="upload">media: upload</option>
                <option value="any">any call</option>
              </select></label>`}
          <label>next <input name="times" type="number" min="1" max="999" value="1" data-testid="graph-times" /> ×</label>
          ${TIMED.has(fault) && html`<label><input name="seconds" type="number" min="0" max="600" step="0.5" value=${fault === "latency" ? 2 : 15} /> s</label>`}
        </div>
        <button class="button" data-testid="graph-add">Add</button>
      </form>
      <ul class="chips" data-testid="graph-list">
        ${list.map(
          (item) => html`<li>${KINDS.find(([kind]) => kind === item.fault)?.[1] ?? item.fault} · ${item.endpoint}${item.times ? ` × ${item.times}` : ""}${item.rate === null ? "" : ` · ${Math.round(item.rate * 100)}%`}</li>`,
        )}
      </ul>
    </fieldset>
  `;
}

async function askHandshake() {
  const answer = await run(api.handshake);
  if (answer) tell(answer.verified ? "The webhook passed the handshake" : `Handshake refused: ${answer.http_status ?? answer.answer}`);
}
