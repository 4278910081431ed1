// The only module that talks to the server.

async function call(path, options = {}) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error?.message ?? `the simulator answered ${answer.status}`);
  return body;
}

function send(method, path, body) {
  return call(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
}

export function changes({ session, revision, locked }, openPhones) {
  const query = new URLSearchParams({ session, since: revision, open: openPhones, locked });
  return call(`/_control/state?${query}`);
}

export const addCustomer = (details) => send("POST", "/_control/customers", details);

export const changeCustomer = (id, change) => send("PATCH", `/_control/customers/${id}`, change);

export const act = (id, action) => send("POST", `/_control/customers/${id}/messages`, action);

export function attach(id, fields, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  form.append("file", file, file.name);
  return call(`/_control/customers/${id}/messages`, { method: "POST", body: form });
}

export const changeFaults = (faults) => send("POST", "/_control/faults", faults);

export const clearFaults = () => call("/_control/faults", { method: "DELETE" });

export const handshake = () => send("POST", "/_control/handshake");

export const reset = () => send("POST", "/_control/reset");
