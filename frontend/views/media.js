// The file of a message: on its way, not there, or shown as what it is.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { sizeText, typeText } from "../lib/files.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { kindIcon, kindName } from "./kinds.js";
import { Voice } from "./voice.js";

/**
 * @import { Media as MediaFile, ShownMessage } from "../data/types.js"
 * @typedef {{ url: string, message: ShownMessage & { media: MediaFile }, onError: () => void }} Shown
 */

/** @type {Record<string, (props: Shown) => unknown>} */
const SHOWN = { image: Picture, sticker: Picture, video: Film, audio: Sound, document: Download };
// Trying again brings nothing: WhatsApp never gave it, there is too much of it, or its time was up.
const HOPELESS = new Set(["not_given", "too_large", "kept_no_longer"]);

/** @param {{ message: ShownMessage, onRetry: ((message: ShownMessage) => Promise<void>) | null }} props */
export function Media({ message, onRetry }) {
  const [broken, setBroken] = useState(/** @type {string | null} */ (null)); // the address that did not load
  const { kind, media } = message;
  if (media?.state === "waiting") return html`<${Waiting} message=${message} onRetry=${onRetry} />`;
  if (media?.state === "failed") return html`<${NotThere} message=${message} onRetry=${onRetry} />`;
  const url = ownUrl(message);
  if (!url || broken === url) return html`<${Label} media=${media} kind=${kind} detail=${texts.kinds.mediaFailed} />`;
  return html`<${SHOWN[kind]} url=${url} message=${message} onError=${() => setBroken(url)} />`;
}

// Files come from our own server, or from this page while they are sent; anything else is a mistake, not a link.
/** @param {ShownMessage} message */
function ownUrl({ media, local }) {
  const url = media?.url ?? "";
  return url.startsWith("/api/media/") || (local && url.startsWith("blob:")) ? url : null;
}

/** @param {{ message: ShownMessage & { media: MediaFile }, onRetry: ((message: ShownMessage) => Promise<void>) | null }} props */
function Waiting({ message, onRetry }) {
  const { kind, media } = message;
  if (media.on_demand) return html`<${OnDemand} message=${message} onRetry=${onRetry} />`;
  return html`<div class=${`waiting waiting-${kind}`} data-testid="media-waiting">
    <span class="waiting-icon"><${Icon} name=${kindIcon(kind)} /><span class="spinner" aria-hidden="true"></span></span>
    <span class="attachment-name"><bdi>${media.filename || mediaName(kind, media)}</bdi><small>${texts.media.waiting}</small></span>
  </div>`;
}

/** @param {{ message: ShownMessage & { media: MediaFile }, onRetry: ((message: ShownMessage) => Promise<void>) | null }} props */
function OnDemand({ message, onRetry }) {
  const { kind, media } = message;
  return html`<div class="attachment" data-testid="media-on-demand">
    <${Icon} name=${kindIcon(kind)} />
    <span class="attachment-name">${media.filename || mediaName(kind, media)}<small>${texts.media.onDemand}</small></span>
    ${onRetry && html`<${Retry} icon="download" label=${texts.media.fetch} busyLabel=${texts.media.waiting} onRetry=${() => onRetry(message)} />`}
  </div>`;
}

/** @param {{ message: ShownMessage & { media: MediaFile }, onRetry: ((message: ShownMessage) => Promise<void>) | null }} props */
function NotThere({ message, onRetry }) {
  const { kind, media } = message;
  const reason = wordFor(texts.media.reasons, media.error?.code) ?? media.error?.message;
  const canRetry = onRetry && !HOPELESS.has(media.error?.code ?? "");
  return html`<div class="attachment attachment-failed" data-testid="media-failed">
    <${Icon} name="alert" />
    <span class="attachment-name">
      ${wordFor(texts.media.failed, kind)}<small>${reason}</small>
      ${media.filename && html`<small><bdi>${media.filename}</bdi></small>`}
    </span>
    ${canRetry && html`<${Retry} onRetry=${() => onRetry(message)} />`}
  </div>`;
}

/** @param {{ onRetry: () => Promise<void>, icon?: string, label?: string, busyLabel?: string }} props */
function Retry({ onRetry, icon = "refresh", label = texts.retry, busyLabel = texts.media.retrying }) {
  const [busy, setBusy] = useState(false);

  async function retry() {
    setBusy(true);
    await onRetry();
    setBusy(false);
  }

  return html`<button type="button" class="btn btn-quiet btn-sm" disabled=${busy} data-testid="retry-media" onClick=${retry}>
    <${Icon} name=${icon} />${busy ? busyLabel : label}
  </button>`;
}

/** @param {Shown} props */
function Picture({ url, message, onError }) {
  const { kind, text } = message;
  return html`<a class=${`picture picture-${kind}`} href=${url} target="_blank" rel="noopener" title=${texts.media.open}>
    <img src=${url} alt=${text ? `${kindName(kind)}: ${text}` : kindName(kind)} loading="lazy" onError=${onError} />
  </a>`;
}

/** @param {Shown} props */
function Film({ url, onError }) {
  return html`<video class="film" src=${url} controls preload="metadata" aria-label=${kindName("video")} onError=${onError}></video>`;
}

/** @param {Shown} props */
function Sound({ url, message, onError }) {
  const { media, transcript } = message;
  return html`<${Voice} url=${url} media=${media} label=${mediaName("audio", media)} onError=${onError} />
    ${
      transcript &&
      html`<figure class="transcript" data-testid="transcript">
        <figcaption>${texts.media.transcript}</figcaption>
        <blockquote dir="auto">${transcript}</blockquote>
      </figure>`
    }`;
}

/** @param {Shown} props */
function Download({ url, message }) {
  const { media } = message;
  const facts = [typeText(media), media.size ? sizeText(media.size) : ""].filter(Boolean).join(" · ");
  return html`<a class="attachment" href=${url} target="_blank" rel="noopener" title=${texts.kinds.download}>
    <${Icon} name="file" />
    <span class="attachment-name"><bdi>${media.filename || kindName("document")}</bdi><small>${facts}</small></span>
    <${Icon} name="download" class="attachment-more" />
  </a>`;
}

/** @param {{ kind: string, media: MediaFile | null, detail: string }} props */
function Label({ kind, media, detail }) {
  return html`<span class="attachment">
    <${Icon} name=${kindIcon(kind)} />
    <span class="attachment-name"><bdi>${media?.filename || mediaName(kind, media)}</bdi><small>${detail}</small></span>
  </span>`;
}

// A sound that was recorded in the chat is a voice message, any other is a file.
/**
 * @param {string} kind
 * @param {MediaFile | null} media
 */
function mediaName(kind, media) {
  return kind === "audio" && media && !media.voice ? texts.media.audio : kindName(kind);
}
