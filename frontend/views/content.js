// What a message holds: its file, if any, then its text with the time at the end of the last line.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { Icon } from "./icon.js";
import { kindIcon, kindName } from "./kinds.js";
import { RichText } from "./rich_text.js";
import { texts } from "../texts.js";

const SHOWN = { image: Picture, sticker: Picture, video: Film, audio: Sound };

export function Content({ message, meta }) {
  return html`<${Attachment} message=${message} />
    <div class=${`bubble-text ${message.text ? "" : "bubble-text-none"}`} dir="auto">${message.text && html`<${RichText} text=${message.text} />`}${meta}</div>`;
}

function Attachment({ message }) {
  const [failed, setFailed] = useState(false);
  const { kind, media } = message;
  if (kind === "text") return null;
  const url = ownUrl(media?.url);
  const View = Object.hasOwn(SHOWN, kind) ? SHOWN[kind] : null;
  if (url && View && !failed)
    return html`<${View} url=${url} kind=${kind} onError=${() => setFailed(true)} />`;
  if (url && !failed) return html`<${Download} url=${url} kind=${kind} filename=${media.filename} />`;
  return html`<${Label} kind=${kind} detail=${failed ? texts.kinds.mediaFailed : media?.filename} />`;
}

// Files come from our own server; anything else in this place is a mistake, not a link.
function ownUrl(url) {
  return url?.startsWith("/api/media/") ? url : null;
}

function Picture({ url, kind, onError }) {
  return html`<a class=${`picture picture-${kind}`} href=${url} target="_blank" rel="noopener">
    <img src=${url} alt=${kindName(kind)} loading="lazy" onError=${onError} />
  </a>`;
}

function Film({ url, onError }) {
  return html`<video class="film" src=${url} controls preload="metadata" aria-label=${kindName("video")} onError=${onError}></video>`;
}

function Sound({ url, onError }) {
  return html`<audio class="sound" src=${url} controls preload="metadata" aria-label=${kindName("audio")} onError=${onError}></audio>`;
}

function Download({ url, kind, filename }) {
  return html`<a class="attachment" href=${url} target="_blank" rel="noopener" title=${texts.kinds.download}>
    <${Icon} name=${kindIcon(kind)} /><span class="attachment-name">${filename || kindName(kind)}</span>
  </a>`;
}

function Label({ kind, detail }) {
  return html`<span class="attachment">
    <${Icon} name=${kindIcon(kind)} />
    <span class="attachment-name">${kindName(kind)}${detail && html`<small>${detail}</small>`}</span>
  </span>`;
}
