// An invisible mark near the end of a list: calls back once when it comes near to the visible part.
// Give it the cursor as its key, so that the next page brings a new one.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../lib/html.js";

const NEAR = "400px";

/** @param {{ onNear: () => void }} props */
export function Sentinel({ onNear }) {
  const mark = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const own = mark.current;
    if (!own) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        onNear();
      },
      { root: own.closest("[data-scroller]"), rootMargin: NEAR },
    );
    observer.observe(own);
    return () => observer.disconnect();
  }, []);
  return html`<div class="sentinel" ref=${mark} aria-hidden="true"></div>`;
}
