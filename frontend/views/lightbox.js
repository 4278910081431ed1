// Pictures and films over the whole window: arrows go through them, plus and minus zoom, Escape closes.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime } from "../lib/times.js";
import { useModal } from "./dialog.js";
import { Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { kindName } from "./kinds.js";

/**
 * @import { ShownMessage } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 */

const MAX_ZOOM = 3;
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1, "=": 1, "-": -1, 0: -MAX_ZOOM };

/**
 * @param {object} props
 * @param {ShownMessage[]} props.messages  with a file that can be shown, the oldest first
 * @param {string} props.first  the id of the one to begin with
 * @param {(() => Promise<void>) | null} props.onOlder  loads older ones, which join the messages; null: there are none
 * @param {() => void} props.onClose
 */
export function Lightbox({ messages, first, onOlder, onClose }) {
  const [id, setId] = useState(first);
  const [zoom, setZoom] = useState(0);
  const { dialog, keepKeys } = useModal();
  const picture = useRef(/** @type {HTMLElement | null} */ (null));
  const at = Math.max(messages.findIndex((message) => message.id === id), 0);
  const message = messages[at];
  const [waiting, setWaiting] = useState(false);
  const wanted = useRef(false); // the one before, which is yet to be loaded
  useEffect(() => picture.current?.focus(), []);
  useEffect(() => {
    if (wanted.current && at > 0) go(-1);
  }, [at]);
  if (!message) return null;

  async function goOlder() {
    if (!onOlder || waiting) return;
    wanted.current = true;
    setWaiting(true);
    await onOlder();
    setWaiting(false);
  }

  /** @param {number} step */
  function go(step) {
    const next = messages[at + step];
    wanted.current = false;
    if (!next && step < 0) goOlder();
    if (!next) return;
    setZoom(0);
    setId(next.id);
  }

  /** @param {number} step */
  const zoomBy = (step) => setZoom(Math.min(Math.max(zoom + step, 0), MAX_ZOOM));

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    keepKeys(event);
    if (event.target instanceof HTMLVideoElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (STEPS[event.key] && !zoom) go(STEPS[event.key]);
    else if (ZOOMS[event.key]) zoomBy(ZOOMS[event.key]);
  }

  const { media, kind } = message;
  const label = texts.lightbox.place(at + 1, messages.length);
  return html`<dialog class="lightbox" ref=${dialog} aria-label=${texts.lightbox.title} data-testid="lightbox" onClose=${onClose} onKeyDown=${onKeyDown}>
    <header class="lightbox-header">
      <p><strong>${authorOf(message)}</strong> <time datetime=${message.at}>${fullTime(message.at)}</time></p>
      <span class="lightbox-place" role="status">${label}</span>
      ${kind !== "video" && html`<${Tool} icon="zoomOut" label=${texts.lightbox.zoomOut} disabled=${zoom === 0} onChoose=${() => zoomBy(-1)} />
        <${Tool} icon="zoomIn" label=${texts.lightbox.zoomIn} disabled=${zoom === MAX_ZOOM} onChoose=${() => zoomBy(1)} />`}
      <a class="icon-button" href=${media?.url} download=${media?.filename ?? ""} aria-label=${texts.lightbox.download} title=${texts.lightbox.download}><${Icon} name="download" /></a>
      <${Tool} icon="close" label=${texts.close} onChoose=${onClose} />
    </header>
    <div class=${`lightbox-stage lightbox-zoom-${zoom}`} ref=${picture} tabindex="0">
      ${
        kind === "video"
          ? html`<video key=${message.id} src=${media?.url} controls aria-label=${kindName(kind)}></video>`
          : html`<img key=${message.id} src=${media?.url} alt=${message.text || kindName(kind)} onClick=${() => setZoom(zoom ? 0 : 1)} />`
      }
    </div>
    ${waiting && html`<div class="lightbox-loading"><${Loading} /></div>`}
    ${(at > 0 || onOlder) && html`<${Tool} icon="back" class="lightbox-previous" label=${texts.lightbox.previous} onChoose=${() => go(-1)} />`}
    ${at < messages.length - 1 && html`<${Tool} icon="back" class="lightbox-next" label=${texts.lightbox.next} onChoose=${() => go(1)} />`}
    ${message.text && html`<p class="lightbox-caption" dir="auto">${message.text}</p>`}
  </dialog>`;
}

/** @param {{ icon: IconName, label: string, class?: string, disabled?: boolean, onChoose: () => void }} props */
function Tool({ icon, label, class: className = "", disabled = false, onChoose }) {
  return html`<button type="button" class=${`icon-button ${className}`} aria-label=${label} title=${label} disabled=${disabled} onClick=${onChoose}>
    <${Icon} name=${icon} />
  </button>`;
}

/** @param {ShownMessage} message */
function authorOf({ author, author_name: name }) {
  return (author === "staff" && personName(name)) || (wordFor(texts.authors, author) ?? texts.authors.system);
}
