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
const KINDS = { image: "image", audio: "music", document: "file" };
/** @type {AttachmentKind[]} */
const ORDER = ["image", "audio", "document"];

/** @param {{ onAttach: (files: File[]) => void, onReply: () => void, onTemplate: () => void, onNote: () => void }} props */
export function AttachMenu({ onAttach, onReply, onTemplate, onNote }) {
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {AttachmentKind} kind */
  function choose(kind) {
    if (!chooser.current) return;
    chooser.current.accept = acceptedFor(kind);
    chooser.current.click();
  }

  /** @param {{ currentTarget: HTMLInputElement }} event */
  function chosen({ currentTarget: field }) {
    const files = [...(field.files ?? [])];
    field.value = ""; // so that the same file can be chosen again
    if (files.length) onAttach(files);
  }

  const items = ORDER.map((kind) => ({
    icon: KINDS[kind],
    text: texts.attach[kind],
    onChoose: () => choose(kind),
  }));
  /** @type {Item[]} */
  const others = [
    { icon: "quick", text: texts.replies.title, onChoose: onReply },
    { icon: "layout", text: texts.attach.template, onChoose: onTemplate },
    { icon: "note", text: texts.notes.internal, onChoose: onNote },
  ];
  return html`<input type="file" hidden ref=${chooser} data-testid="file-chooser" aria-label=${texts.attach.menu} onChange=${chosen} />
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
    ${
      kind === "image" && !problem
        ? html`<img class="attached-picture" src=${url} alt="" />`
        : html`<span class="attached-icon"><${Icon} name=${KINDS[kind]} /></span>`
    }
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
