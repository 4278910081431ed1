// How a file comes into the composer - chosen, dropped or pasted - and what is about to be sent.
import { useEffect, useRef, useState } from "preact/hooks";
import { acceptedFor, sizeText, typeText } from "../lib/files.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";

/**
 * @import { Attachment, AttachmentKind } from "../data/types.js"
 * @import { IconName } from "./icon.js"
 * @import { Item } from "./menu.js"
 */

/** @type {Record<AttachmentKind, IconName>} */
const KINDS = { image: "image", video: "video", audio: "music", document: "file" };
/** @type {{ icon: IconName, text: string, kinds: AttachmentKind[] }[]} */
const CHOICES = [
  { icon: "image", text: texts.attach.image, kinds: ["image", "video"] },
  { icon: "music", text: texts.attach.audio, kinds: ["audio"] },
  { icon: "file", text: texts.attach.document, kinds: ["document"] },
];

/** @param {{ onAttach: (files: File[]) => void, onReply: () => void, onEmoji: (() => void) | null, onTemplate: () => void, onNote: () => void }} props */
export function AttachMenu({ onAttach, onReply, onEmoji, onTemplate, onNote }) {
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {AttachmentKind[]} kinds */
  function choose(kinds) {
    if (!chooser.current) return;
    chooser.current.accept = acceptedFor(kinds);
    chooser.current.click();
  }

  /** @param {{ currentTarget: HTMLInputElement }} event */
  function chosen({ currentTarget: field }) {
    const files = [...(field.files ?? [])];
    field.value = ""; // so that the same file can be chosen again
    if (files.length) onAttach(files);
  }

  const items = CHOICES.map(({ icon, text, kinds }) => ({ icon, text, onChoose: () => choose(kinds) }));
  /** @type {Item[]} */
  const others = [
    { icon: "quick", text: texts.replies.title, onChoose: onReply },
    ...(onEmoji ? [/** @type {Item} */ ({ icon: "smile", text: texts.emoji.title, onChoose: onEmoji })] : []),
    { icon: "layout", text: texts.attach.template, onChoose: onTemplate },
    { icon: "note", text: texts.notes.internal, onChoose: onNote },
  ];
  return html`<input type="file" multiple hidden ref=${chooser} data-testid="file-chooser" aria-label=${texts.attach.menu} onChange=${chosen} />
    <${Menu} label=${texts.attach.menu} icon="plus" upwards items=${[...items, ...others]} />`;
}

/**
 * The files that a paste brings; none when it brings text, which spreadsheets accompany with a picture of it.
 * @param {DataTransfer | null} clipboard
 */
export function filesPasted(clipboard) {
  return !clipboard || clipboard.types.includes("text/plain") ? [] : [...clipboard.files];
}

/** @param {{ attachment: Attachment, onRemove: () => void }} props */
export function AttachmentPreview({ attachment, onRemove }) {
  const { kind, file, url, problem } = attachment;
  return html`<section class=${`attached ${problem ? "attached-refused" : ""}`} aria-label=${texts.attach.preview} data-testid="attached">
    <${Thumbnail} attachment=${attachment} />
    <div class="attached-words">
      <strong class="attached-name"><bdi>${file.name}</bdi></strong>
      <span>${[typeText({ filename: file.name, mime_type: file.type }), sizeText(file.size)].filter(Boolean).join(" · ")}</span>
      ${kind === "audio" && !problem && html`<audio src=${url} controls preload="metadata" aria-label=${file.name}></audio>`}
      ${problem && html`<span class="attached-problem" role="alert"><${Icon} name="alert" />${problem}</span>`}
    </div>
    <button type="button" class="icon-button" aria-label=${texts.attach.remove} data-testid="remove-attachment" onClick=${onRemove}>
      <${Icon} name="close" />
    </button>
  </section>`;
}

/** @param {{ attachment: Attachment }} props */
function Thumbnail({ attachment: { kind, url, problem } }) {
  if (kind === "image" && !problem) return html`<img class="attached-picture" src=${url} alt="" />`;
  if (kind === "video" && !problem) return html`<video class="attached-picture" src=${url} muted preload="metadata"></video>`;
  return html`<span class="attached-icon"><${Icon} name=${KINDS[kind]} /></span>`;
}

/**
 * Several files, in the order in which they go; the one that is shown is written below.
 * @param {{ attachments: Attachment[], shown: Attachment | null, onShow: (url: string) => void }} props
 */
export function AttachmentQueue({ attachments, shown, onShow }) {
  return html`<ol class="attached-queue" aria-label=${texts.attach.queue} data-testid="attached-queue">
    ${attachments.map(
      (attachment, place) => html`<li key=${attachment.url}>
        <button
          type="button"
          class=${`attached-item ${attachment.problem ? "attached-refused" : ""}`}
          aria-pressed=${String(attachment.url === shown?.url)}
          aria-label=${texts.attach.place(place + 1, attachments.length, attachment.file.name)}
          title=${attachment.file.name}
          onClick=${() => onShow(attachment.url)}
        >
          <${Thumbnail} attachment=${attachment} />
        </button>
      </li>`,
    )}
  </ol>`;
}

/**
 * Whether files are being dragged over the page; dropped ones are given to onFiles, unless it is null.
 * The whole window takes them, because a browser leaves the page for a file that misses its target.
 */
/** @param {((files: File[]) => void) | null} onFiles */
export function useFileDrop(onFiles) {
  const [over, setOver] = useState(false);
  const current = useRef(onFiles);
  current.current = onFiles;
  useEffect(() => {
    /** @param {DragEvent} event */
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
    /** @param {DragEvent} event */
    const drag = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = current.current ? "copy" : "none";
      setOver(Boolean(current.current));
    };
    // Leaving the window leads nowhere; from one element to the next it leads there.
    /** @param {DragEvent} event */
    const leave = (event) => event.relatedTarget ?? setOver(false);
    /** @param {DragEvent} event */
    const drop = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) current.current?.(files);
    };
    window.addEventListener("dragenter", drag);
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", drag);
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return over;
}

export function DropArea() {
  return html`<div class="drop-area" data-testid="drop-area">
    <p><${Icon} name="download" /><strong>${texts.attach.drop}</strong><span>${texts.attach.dropHint}</span></p>
  </div>`;
}
