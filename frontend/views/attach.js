// How a file comes into the composer - chosen, dropped or pasted - and what is about to be sent.
import { useEffect, useRef, useState } from "preact/hooks";
import { acceptedFor, sizeText, typeText } from "../files.js";
import { html } from "../html.js";
import { texts } from "../texts.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";

const KINDS = { image: "image", audio: "music", document: "file" };

/** onAttach takes a list of files. */
export function AttachMenu({ onAttach, onTemplate }) {
  const chooser = useRef(null);

  function choose(kind) {
    chooser.current.accept = acceptedFor(kind);
    chooser.current.click();
  }

  function chosen({ currentTarget: field }) {
    const files = [...field.files];
    field.value = ""; // so that the same file can be chosen again
    if (files.length) onAttach(files);
  }

  const items = Object.entries(KINDS).map(([kind, icon]) => ({
    icon,
    text: texts.attach[kind],
    onChoose: () => choose(kind),
  }));
  return html`<input type="file" hidden ref=${chooser} data-testid="file-chooser" aria-label=${texts.attach.menu} onChange=${chosen} />
    <${Menu} label=${texts.attach.menu} icon="plus" upwards items=${[...items, { icon: "layout", text: texts.attach.template, onChoose: onTemplate }]} />`;
}

/** The files that a paste brings; none when it brings text, which spreadsheets accompany with a picture of it. */
export function filesPasted(clipboard) {
  return clipboard.types.includes("text/plain") ? [] : [...clipboard.files];
}

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
export function useFileDrop(onFiles) {
  const [over, setOver] = useState(false);
  const current = useRef(onFiles);
  current.current = onFiles;
  useEffect(() => {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const drag = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = current.current ? "copy" : "none";
      setOver(Boolean(current.current));
    };
    // Leaving the window leads nowhere; from one element to the next it leads there.
    const leave = (event) => event.relatedTarget || setOver(false);
    const drop = (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = [...event.dataTransfer.files];
      if (files.length) current.current?.(files);
    };
    const listeners = { dragenter: drag, dragover: drag, dragleave: leave, drop };
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type, listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type, listener);
    };
  }, []);
  return over;
}

export function DropArea() {
  return html`<div class="drop-area" data-testid="drop-area">
    <p><${Icon} name="download" /><strong>${texts.attach.drop}</strong><span>${texts.attach.dropHint}</span></p>
  </div>`;
}
