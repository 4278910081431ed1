// Waiting, also where nobody looks. A page that was hidden for five minutes gets its own timers once a minute
// (developer.chrome.com/blog/timer-throttling-in-chrome-88); those of a worker run on.

/** @type {Worker | null | undefined} */
let worker; // null: this browser has none for us
/** @type {Map<number, () => void>} */
const calls = new Map(); // that the worker is to remind of
let last = 0;

/**
 * Calls back after some time; what it returns takes that back. While the page is hidden, a wait shorter than a minute
 * needs the worker.
 * @param {number} milliseconds
 * @param {() => void} call
 */
export function after(milliseconds, call) {
  if (document.visibilityState === "visible" || milliseconds >= 60_000) return afterOnPage(milliseconds, call);
  if (worker === undefined) worker = startWorker();
  if (!worker) return afterOnPage(milliseconds, call);
  const id = (last += 1);
  calls.set(id, call);
  worker.postMessage({ id, milliseconds });
  return () => void calls.delete(id);
}

/**
 * @param {number} milliseconds
 * @param {() => void} call
 */
function afterOnPage(milliseconds, call) {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}

function startWorker() {
  const started = new Worker(new URL("./clock_worker.js", import.meta.url));
  started.onmessage = ({ data }) => remind(data);
  started.onerror = () => {
    // It did not load: whoever waits for it goes on at once.
    worker = null;
    [...calls.keys()].forEach(remind);
  };
  return started;
}

/** @param {number} id */
function remind(id) {
  const call = calls.get(id);
  calls.delete(id);
  call?.();
}
