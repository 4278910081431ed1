// Keeps the page up to date: one request for everything since the last, again and again.
//
//   now() ----> request --ok--> wait 2 s (page visible) or 20 s (hidden) --> request …
//                  \--fails--> wait 2, 4, 8 … 60 s ------------------------> request …
// Focus, the network's return and an action of the reader's own each start a request at once.

const VISIBLE_MS = 2_000;
const HIDDEN_MS = 20_000;
const MAX_BACKOFF_MS = 60_000;

/**
 * @param {object} options
 * @param {(signal: AbortSignal) => Promise<void>} options.request  fetches and applies the changes
 * @param {(error: unknown) => boolean} options.onFailure  is told of each rejection; false stops
 */
export function createSync({ request, onFailure }) {
  let running = false;
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {AbortController | null} */
  let current = null; // of the request under way
  let again = false; // somebody asked while a request was under way

  async function turn() {
    clearTimeout(timer);
    if (!running) return;
    if (current) {
      again = true;
      return;
    }
    const own = (current = new AbortController());
    try {
      await request(own.signal);
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
    timer = setTimeout(turn, again && failures === 0 ? 0 : delay());
    again = false;
  }

  function delay() {
    if (failures > 0)
      return Math.min(VISIBLE_MS * 2 ** (failures - 1), MAX_BACKOFF_MS) * (0.8 + 0.4 * Math.random());
    return document.visibilityState === "visible" ? VISIBLE_MS : HIDDEN_MS;
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

  function start() {
    if (running) return;
    running = true;
    failures = 0;
    window.addEventListener("focus", turn);
    window.addEventListener("online", turn);
    document.addEventListener("visibilitychange", onVisible);
    turn();
  }

  function stop() {
    running = false;
    clearTimeout(timer);
    current?.abort();
    current = null;
    window.removeEventListener("focus", turn);
    window.removeEventListener("online", turn);
    document.removeEventListener("visibilitychange", onVisible);
  }

  return { start, stop, now: turn, restart };
}
