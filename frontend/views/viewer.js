// Which picture of a chat is looked at, over everything; a click on any of them opens it.
import { useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { lazy, nothing } from "./lazy.js";

/** @import { FilesAnswer, Message, ShownMessage } from "../data/types.js" */

const Lightbox = lazy(async () => (await import("./lightbox.js")).Lightbox, { styles: ["viewer"], Waiting: nothing });

/**
 * What takes the clicks on a chat's pictures, which are links for whoever wants another tab, and what it opens.
 * @param {ShownMessage[]} messages
 * @param {boolean} hasOlder  whether there are others before these
 * @param {(before: string | null) => Promise<FilesAnswer | undefined>} loadFiles  a page of the chat's files, the newest first
 */
export function useViewer(messages, hasOlder, loadFiles) {
  const [looked, setLooked] = useState(/** @type {string | null} */ (null));
  const shown = messages.filter(canBeViewed);
  const { older, onOlder } = useOlder(messages[0]?.at, hasOlder, loadFiles);

  /** @param {MouseEvent} event */
  function onClick(event) {
    const { target, button, ctrlKey, metaKey, shiftKey } = event;
    if (event.defaultPrevented || button !== 0 || ctrlKey || metaKey || shiftKey || !(target instanceof Element)) return;
    const message = target.closest(".picture")?.closest("[data-message]");
    const id = message?.getAttribute("data-message");
    const found = shown.find((other) => other.id === id);
    if (!found) return;
    event.preventDefault();
    setLooked(found.id);
  }

  const known = new Set(shown.map(({ id }) => id));
  const all = [...older.filter(({ id }) => !known.has(id)), ...shown];
  const viewer = looked && html`<${Lightbox} messages=${all} first=${looked} onOlder=${onOlder} onClose=${() => setLooked(null)} />`;
  return { onClick, viewer };
}

/**
 * The pictures from before the messages that are loaded, the oldest first, and what loads more of them.
 * @param {string | undefined} since  when the first of those messages was written
 * @param {boolean} hasOlder
 * @param {(before: string | null) => Promise<FilesAnswer | undefined>} loadFiles
 */
function useOlder(since, hasOlder, loadFiles) {
  const [older, setOlder] = useState(/** @type {Message[]} */ ([]));
  const [ended, setEnded] = useState(false);
  const before = useRef(/** @type {string | null} */ (null)); // where the next page begins

  async function onOlder() {
    /** @type {Message[]} */
    let found = [];
    do {
      // Files have no failure of their own here: the button is still there.
      const answer = await loadFiles(before.current).catch(() => undefined);
      if (!answer) return;
      before.current = answer.before;
      found = answer.messages.filter((file) => canBeViewed(file) && file.at < (since ?? ""));
    } while (!found.length && before.current);
    setOlder((others) => [...found.toReversed(), ...others]);
    if (!before.current) setEnded(true);
  }

  return { older, onOlder: hasOlder && !ended ? onOlder : null };
}

/** @param {Pick<ShownMessage, "kind" | "media" | "revoked_at">} message */
function canBeViewed({ kind, media, revoked_at: revoked }) {
  return kind === "image" && !revoked && media?.state === "stored" && Boolean(media.url);
}
