// Hooks that several views share.
import { useEffect, useRef, useState } from "preact/hooks";

const DARK = "(prefers-color-scheme: dark)";

/** Whether somebody can see the page. */
export function usePageVisible() {
  const [visible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

/** Whether the page is light or dark, as something to redraw on. */
export function useColorScheme() {
  const [dark, setDark] = useState(matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const look = () => setDark(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return dark ? "dark" : "light";
}

/** The time, renewed every half minute. */
export function useNow() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/**
 * Has the browser ask before the page goes, as long as something on it is not saved.
 * @param {boolean} changed
 */
export function useLeaveWarning(changed) {
  useEffect(() => {
    if (!changed) return undefined;
    const warn = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [changed]);
}

/**
 * Calls back with the latest arguments once no call came for the given milliseconds.
 * @template {unknown[]} Values
 * @param {(...values: Values) => void} callback
 * @param {number} milliseconds
 */
export function useDebounced(callback, milliseconds) {
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  useEffect(() => () => clearTimeout(timer.current), []);
  return (/** @type {Values} */ ...values) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => callback(...values), milliseconds);
  };
}

/**
 * Whether a media query holds, now and whenever that changes.
 * @param {string} query
 */
export function useMedia(query) {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => setMatches(media.matches);
    look();
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, [query]);
  return matches;
}

/** Whether there is room for one column only, as base.css has it. */
export function useNarrow() {
  return useMedia("(max-width: 47.99rem)");
}
