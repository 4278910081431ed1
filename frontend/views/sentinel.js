// An invisible mark near the end of a list: calls back once when it comes near to the visible part.
// Give it the cursor as its key, so that the next page brings a new one.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";

const NEAR = "400px";

export function Sentinel({ onNear }) {
  const mark = useRef(null);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        onNear();
      },
      { root: mark.current.closest("[data-scroller]"), rootMargin: NEAR },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, []);
  return html`<div class="sentinel" ref=${mark} aria-hidden="true"></div>`;
}
