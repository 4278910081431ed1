// The simulator's page: shows conversations and calls, turns faults on and off. All text is set as text.

const KINDS = [
  "slow", "rate_limit", "request_too_large", "insufficient_quota", "billing_not_active", "server_error", "invalid_key",
  "forbidden", "timeout", "processed_then_timeout", "connection_reset", "truncated_json", "incomplete", "refusal",
  "two_messages", "failed_server_error", "failed_rate_limit", "empty", "reasoning_only", "prompt_gone",
  "conversation_gone", "context_overflow", "dangling_tool_call",
];
const ENDPOINTS = ["answer", "summary", "extraction", "transcription", "conversations"];
const REFRESH_MILLISECONDS = 2000;
const MAX_CALLS = 60;

const find = (id) => document.getElementById(id);

function element(tag, classes, ...children) {
  const node = document.createElement(tag);
  node.className = classes;
  node.append(...children.filter((child) => child !== null));
  return node;
}

async function ask(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/_control/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

async function change(method, path, body) {
  try {
    await ask(method, path, body);
    showProblem(null);
  } catch (error) {
    showProblem(error.message);
  }
  await refresh();
}

function showProblem(text) {
  find("problem").hidden = text === null;
  find("problem").textContent = text ?? "";
}

// Redraws a part only when its data changed, so that nothing moves under the reader's hands.
const shown = new Map();

function draw(id, data, nodes) {
  const key = JSON.stringify(data);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  find(id).replaceChildren(...nodes(data));
}

function faultRow(fault) {
  const details = Object.entries(fault)
    .filter(([name, value]) => value !== null && !["id", "kind", "times", "seed"].includes(name))
    .map(([name, value]) => `${name} ${value}`);
  const off = element("button", "", "Turn off");
  off.type = "button";
  off.addEventListener("click", () => change("DELETE", `faults/${fault.id}`));
  const text = element("span", "quiet small", details.join(", ") || "all calls");
  return element("li", "row", element("strong", "", fault.kind), text, off);
}

function conversationCard(conversation) {
  const started = new Date(conversation.created_at * 1000).toLocaleTimeString();
  const summary = element("summary", "small", `${conversation.id} · ${started} · ${conversation.items.length} items`);
  const items = conversation.items.map((item) => {
    const speaker = element("strong", "", item.role ?? item.type);
    const text = element("span", "", " ", [item.text, ...item.attachments.map((name) => `[${name}]`)].join(" "));
    text.dir = "auto";
    return element("li", "small", speaker, text);
  });
  const card = element("details", "panel", summary, element("ul", "", ...items));
  card.open = true;
  return card;
}

function callRow(call) {
  const state = call.status ?? (call.fault ? "cut" : "…");
  const good = typeof state === "number" && state < 400;
  const badge = element("span", `badge ${good ? "badge-good" : "badge-bad"}`, String(state));
  const fault = call.fault ? element("span", "badge", call.fault) : null;
  const head = element("div", "row", badge, element("strong", "", call.endpoint), `${call.method} ${call.path}`, fault);
  const said = element("div", "", call.texts.join(" | "));
  const answer = call.output ?? call.error;
  const reply = answer ? element("div", "quiet", `→ ${answer}`) : null;
  return element("div", "panel small", head, said, reply);
}

async function refresh() {
  try {
    const [faults, { conversations }, { calls }] = await Promise.all([
      ask("GET", "faults"), ask("GET", "conversations"), ask("GET", "calls"),
    ]);
    find("keep").checked = faults.keep_user_item_on_failure;
    draw("faults", faults.faults, (list) => list.map(faultRow));
    draw("conversations", conversations.reverse(), (list) => list.map(conversationCard));
    draw("calls", calls.slice(-MAX_CALLS).reverse(), (list) => list.map(callRow));
  } catch {
    showProblem("The simulator does not answer.");
  }
}

function addFault(event) {
  event.preventDefault();
  const fields = [...new FormData(event.target)].filter(([, value]) => value !== "");
  const numbers = ["times", "rate", "seconds", "retry_after"];
  change("POST", "faults", Object.fromEntries(fields.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value])));
}

find("kind").append(...KINDS.map((kind) => new Option(kind)));
find("endpoint").append(new Option("everywhere", ""), ...ENDPOINTS.map((endpoint) => new Option(endpoint)));
find("add-fault").addEventListener("submit", addFault);
find("keep").addEventListener("change", (event) => change("POST", "faults", { keep_user_item_on_failure: event.target.checked }));
find("clear-calls").addEventListener("click", () => change("DELETE", "calls"));
find("reset").addEventListener("click", () => change("POST", "reset"));

refresh();
setInterval(refresh, REFRESH_MILLISECONDS);
