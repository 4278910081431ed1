// Keeps the page up to date: one request for everything since the last, again and again, as often as pace.js says.
//
//   now() ----> request --ok--> wait --> request …
//                  \--fails--> wait, longer each time --> request …
// Focus, the network's return and an action of the reader's own each start a request at once; there is never a second
// one under way. Input ends a wait that is longer than it would be now.
import { after } from "../lib/clock.js";
import { BUSY_MS, backoff, pause } from "./pace.js";

const INPUT = ["keydown", "pointerdown", "pointermove", "wheel"];

/**
 * @param {object} options
 * @param {(signal: AbortSignal) => Promise<boolean>} options.request  fetches and applies the changes; tells of news
 * @param {(error: unknown) => boolean} options.onFailure  is told of each rejection; false stops
 * @param {() => boolean} options.alerting  whether notifications or sounds are wanted
 */
export function createSync({ request, onFailure, alerting }) {
  let running = false;
  let failures = 0;
  let lively = 0; // when input or news came last
  let asked = 0; // when the last request began
  let waiting = 0; // how long the wait is that is under way
  let forgetWait = () => {};
  /** @type {AbortController | null} */
  let current = null; // of the request under way
  let again = false; // somebody asked while a request was under way

  async function turn() {
    forgetWait();
    if (!running) return;
    if (current) {
      again = true;
      return;
    }
    asked = Date.now();
    const own = (current = new AbortController());
    try {
      if (await request(own.signal)) lively = Date.now();
      failures = 0;
    } catch (error) {
      if (!own.signal.aborted) failed(error);
    }
    if (current === own) next();
  }

  /** @param {unknown} error */
  function failed(error) {
    failures += 1;
    if (!onFailure(error)) stop();
  }

  function next() {
    current = null;
    if (!running) return;
    wait(again && failures === 0 ? 0 : delay());
    again = false;
  }

  /** @param {number} milliseconds */
  function wait(milliseconds) {
    forgetWait();
    waiting = milliseconds;
    forgetWait = after(milliseconds, turn);
  }

  function delay() {
    if (failures > 0) return backoff(failures, Math.random());
    const visible = document.visibilityState === "visible";
    return pause({ visible, alerting: alerting(), quietMs: Date.now() - lively });
  }

  /** Gives up the request under way, whose answer may not fit the page any more, and asks anew. */
  function restart() {
    current?.abort();
    current = null;
    again = false;
    turn();
  }

  function onVisible() {
    if (document.visibilityState === "visible") turn();
  }

  function onInput() {
    lively = Date.now();
    if (!current && failures === 0 && waiting > BUSY_MS) wait(Math.max(0, asked + BUSY_MS - lively));
  }

  function start() {
    if (running) return;
    running = true;
    failures = 0;
    lively = Date.now();
    for (const type of INPUT) window.addEventListener(type, onInput, { passive: true, capture: true });
    window.addEventListener("focus", turn);
    window.addEventListener("online", turn);
    document.addEventListener("visibilitychange", onVisible);
    turn();
  }

  function stop() {
    running = false;
    forgetWait();
    current?.abort();
    current = null;
    for (const type of INPUT) window.removeEventListener(type, onInput, { capture: true });
    window.removeEventListener("focus", turn);
    window.removeEventListener("online", turn);
    document.removeEventListener("visibilitychange", onVisible);
  }

  return { start, stop, now: turn, restart };
}
