import { useRef } from "preact/hooks";
import { useDismiss } from "./dismiss.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";

const FILES = [
  { type: "image", label: "Photo", accept: "image/*" },
  { type: "document", label: "Document", accept: "" },
  { type: "audio", label: "Voice", accept: "audio/*", icon: "mic" },
  { type: "video", label: "Video", accept: "video/*" },
  { type: "sticker", label: "Sticker", accept: "image/webp" },
];
const OTHERS = [
  {
    id: "location",
    label: "Location",
    icon: "location",
    action: { type: "location", name: "Duomo di Milano", address: "Piazza del Duomo, Milano", latitude: 45.4642, longitude: 9.19 },
  },
  { id: "contact", label: "Contact", icon: "contact", action: { type: "contacts" } },
  { id: "order", label: "Order", icon: "cart", action: { type: "order" } },
  { id: "unsupported", label: "Unsupported", icon: "question", action: { type: "unsupported", original_type: "poll_creation" } },
  { id: "forwarded", label: "Forwarded text", icon: "forward", withText: { type: "text", forwarded: true } },
  { id: "ad", label: "From an ad", icon: "faults", withText: { type: "text", referral: true } },
];

/** Everything but plain text. Each file has a built-in sample, so none is needed; `text` becomes the caption. */
export function AttachMenu({ text, onAct, onFile, onRecord, onClose }) {
  const root = useRef(null);
  useDismiss(root, true, onClose);
  const captioned = (type) => (text && type !== "audio" && type !== "sticker" ? { caption: text } : {});
  const voice = (type) => (type === "audio" ? { voice: true } : {});
  return html`
    <div class="attach-menu" ref=${root} data-testid="attach-menu" role="group" aria-label="Attach">
      ${FILES.map(
        ({ type, label, accept, icon }) => html`
          <div class="attach-row">
            <span class=${`attach-icon ${type}`}><${Icon} name=${icon ?? type} /></span>
            <span class="attach-label">${label}</span>
            ${type === "audio" && html`<button data-testid="attach-audio-record" onClick=${onRecord}>Record</button>`}
            <button
              data-testid=${`attach-${type}`}
              aria-label=${`Send a sample ${label.toLowerCase()}`}
              onClick=${() => onAct({ type, sample: true, ...captioned(type), ...voice(type) })}
            >
              Sample
            </button>
            <label class="file">
              File…
              <input
                type="file"
                accept=${accept}
                aria-label=${`Choose a file: ${label.toLowerCase()}`}
                data-testid=${`attach-${type}-file`}
                onChange=${({ target }) =>
                  target.files[0] && onFile({ type, ...captioned(type), ...voice(type) }, target.files[0])}
              />
            </label>
          </div>
        `,
      )}
      <div class="attach-others">
        ${OTHERS.map(
          ({ id, label, icon, action, withText }) => html`
            <button
              data-testid=${`attach-${id}`}
              onClick=${() => onAct(action ?? { ...withText, text: text || "Guardate questa offerta!" })}
            >
              <${Icon} name=${icon} /> ${label}
            </button>
          `,
        )}
      </div>
    </div>
  `;
}
