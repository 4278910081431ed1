// Which picture of a chat is looked at, over everything; a click on any of them opens it.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { lazy, nothing } from "./lazy.js";

/** @import { ShownMessage } from "../data/types.js" */

const Lightbox = lazy(async () => (await import("./lightbox.js")).Lightbox, { styles: ["viewer"], Waiting: nothing });

/**
 * What takes the clicks on a chat's pictures, which are links for whoever wants another tab, and what it opens.
 * @param {ShownMessage[]} messages
 */
export function useViewer(messages) {
  const [looked, setLooked] = useState(/** @type {string | null} */ (null));

  /** @param {MouseEvent} event */
  function onClick(event) {
    const { target, button, ctrlKey, metaKey, shiftKey } = event;
    if (event.defaultPrevented || button !== 0 || ctrlKey || metaKey || shiftKey || !(target instanceof Element)) return;
    const message = target.closest(".picture")?.closest("[data-message]");
    const id = message?.getAttribute("data-message");
    const found = messages.find((other) => other.id === id);
    if (!found || !canBeViewed(found)) return;
    event.preventDefault();
    setLooked(found.id);
  }

  const viewer = looked && html`<${Lightbox} messages=${messages.filter(canBeViewed)} first=${looked} onClose=${() => setLooked(null)} />`;
  return { onClick, viewer };
}

/** @param {ShownMessage} message */
function canBeViewed({ kind, media, revoked_at: revoked }) {
  return kind === "image" && !revoked && media?.state === "stored" && Boolean(media.url);
}
