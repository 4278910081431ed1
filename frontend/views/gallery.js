// All files of a chat: pictures and films as a grid, everything else as a list, the newest first.
import { useEffect, useState } from "preact/hooks";
import { errorText } from "../data/error_text.js";
import { sizeText, typeText } from "../lib/files.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { Dialog } from "./dialog.js";
import { Empty, Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { kindIcon, kindName } from "./kinds.js";
import { Lightbox } from "./lightbox.js";

/** @import { Message, MessagesAnswer } from "../data/types.js" */

const PICTURES = new Set(["image", "video", "sticker"]);

/**
 * @param {object} props
 * @param {(before: string | null) => Promise<MessagesAnswer | undefined>} props.onLoad  rejects with the API's error
 * @param {() => void} props.onClose
 */
export function Gallery({ onLoad, onClose }) {
  const [kind, setKind] = useState(/** @type {"pictures" | "documents"} */ ("pictures"));
  const { files, before, error, busy, load } = usePages(onLoad);
  const shown = files?.filter((file) => PICTURES.has(file.kind) === (kind === "pictures"));
  return html`<${Dialog} title=${texts.gallery.title} testId="gallery" wide onClose=${onClose}>
    <div class="gallery-kinds" role="group" aria-label=${texts.gallery.title}>
      ${/** @type {const} */ (["pictures", "documents"]).map(
        (each) => html`<button type="button" key=${each} class="filter" aria-pressed=${String(kind === each)} onClick=${() => setKind(each)}>${texts.gallery[each]}</button>`,
      )}
    </div>
    <div class="gallery">
      ${shown && shown.length > 0 && (kind === "pictures" ? html`<${Grid} files=${shown} onOlder=${before ? load : null} />` : html`<${List} files=${shown} />`)}
      ${shown && !shown.length && !before && html`<${Empty} icon=${kind === "pictures" ? "image" : "file"} title=${texts.gallery.none[kind]} />`}
      ${error && html`<${Failed} title=${texts.gallery.failed} error=${error} onRetry=${load} />`}
      ${busy && html`<${Loading} />`}
      ${before && !busy && !error && html`<button type="button" class="btn btn-quiet btn-sm gallery-more" onClick=${load}>${texts.gallery.more}</button>`}
    </div>
  <//>`;
}

/** @param {(before: string | null) => Promise<MessagesAnswer | undefined>} onLoad */
function usePages(onLoad) {
  const [files, setFiles] = useState(/** @type {Message[] | null} */ (null));
  const [before, setBefore] = useState(/** @type {string | null} */ (null));
  const [error, setError] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);

  async function load() {
    setBusy(true);
    setError(null);
    try {
      const answer = await onLoad(before);
      if (!answer) return;
      setFiles([...(files ?? []), ...answer.messages]);
      setBefore(answer.before);
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  }

  useEffect(() => {
    load();
  }, []);
  return { files, before, error, busy, load };
}

/** @param {{ files: Message[], onOlder: (() => Promise<void>) | null }} props */
function Grid({ files, onOlder }) {
  const [looked, setLooked] = useState(/** @type {string | null} */ (null));
  return html`<ul class="gallery-grid" data-testid="gallery-grid">
      ${files.map(
        (file) => html`<li key=${file.id}>
          <button type="button" aria-label=${`${kindName(file.kind)}, ${fullTime(file.at)}`} onClick=${() => setLooked(file.id)}>
            ${
              file.kind === "video"
                ? html`<video src=${file.media?.url} preload="metadata" muted></video><${Icon} name="play" />`
                : html`<img src=${file.media?.url} alt="" loading="lazy" />`
            }
          </button>
        </li>`,
      )}
    </ul>
    ${looked && html`<${Lightbox} messages=${files.toReversed()} first=${looked} onOlder=${onOlder} onClose=${() => setLooked(null)} />`}`;
}

/** @param {{ files: Message[] }} props */
function List({ files }) {
  const now = new Date();
  return html`<ul class="gallery-list" data-testid="gallery-list">
    ${files.map(({ id, kind, media, at }) => {
      const facts = media ? [typeText(media), media.size ? sizeText(media.size) : "", listTime(at, now)] : [];
      return html`<li key=${id}>
        <a class="attachment" href=${media?.url} target="_blank" rel="noopener">
          <${Icon} name=${kindIcon(kind)} />
          <span class="attachment-name"><bdi>${media?.filename || kindName(kind)}</bdi><small>${facts.filter(Boolean).join(" · ")}</small></span>
          <${Icon} name="download" class="attachment-more" />
        </a>
      </li>`;
    })}
  </ul>`;
}
