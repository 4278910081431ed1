// The only module that changes what the page shows: one request brings everything since the last one.
import * as api from "./api.js";

const VISIBLE_MILLISECONDS = 700;
const HIDDEN_MILLISECONDS = 3000;
const NOTICE_MILLISECONDS = 6000;

let state = {
  session: "",
  revision: 0,
  connected: true,
  businessName: "",
  customers: [],
  chats: {},
  typing: [],
  faults: null,
  webhooks: null,
  locked: [],
  notice: "",
};
const listeners = new Set();
let timer;
let noticeTimer;
let running = false;
let again = false;

export const current = () => state;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function start() {
  document.addEventListener("visibilitychange", refresh);
  refresh();
}

/** Ask for changes now; while a request is under way, once more after it. */
export async function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = true;
  clearTimeout(timer);
  try {
    merge(await api.changes(state, openPhones()));
  } catch {
    update({ connected: false });
  }
  running = false;
  const pause = document.hidden ? HIDDEN_MILLISECONDS : VISIBLE_MILLISECONDS;
  timer = setTimeout(refresh, again ? 0 : pause);
  again = false;
}

/** Do something on the server and show its effect at once; a failure becomes a notice. */
export async function run(action) {
  try {
    const result = await action();
    await refresh();
    return result;
  } catch (error) {
    tell(error.message);
    return null;
  }
}

export function toggleLock(customerId) {
  const locked = state.locked.includes(customerId)
    ? state.locked.filter((id) => id !== customerId)
    : [...state.locked, customerId];
  update({ locked });
  refresh();
}

export function tell(notice) {
  update({ notice });
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => update({ notice: "" }), NOTICE_MILLISECONDS);
}

function openPhones() {
  if (document.hidden) return [];
  return state.customers.map((customer) => customer.id).filter((id) => !state.locked.includes(id));
}

function merge(answer) {
  const fresh = answer.session !== state.session;
  const before = fresh ? { ...state, customers: [], chats: {}, locked: [] } : state;
  update({
    ...before,
    session: answer.session,
    revision: answer.revision,
    connected: true,
    businessName: answer.business_name,
    customers: mergeById(before.customers, answer.customers),
    chats: mergeChats(before.chats, answer.messages),
    typing: answer.typing,
    faults: answer.faults,
    webhooks: answer.webhooks,
  });
}

function mergeChats(chats, messages) {
  if (!messages.length) return chats;
  const merged = { ...chats };
  for (const message of messages) {
    merged[message.customer_id] = mergeById(merged[message.customer_id] ?? [], [message]);
  }
  return merged;
}

function mergeById(items, changed) {
  if (!changed.length) return items;
  const merged = new Map(items.map((item) => [item.id, item]));
  for (const item of changed) merged.set(item.id, item);
  return [...merged.values()];
}

function update(change) {
  state = { ...state, ...change };
  for (const listener of listeners) listener(state);
}
