import { useRef } from "preact/hooks";
import { useDismiss } from "./dismiss.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";

const FILES = [
  { id: "image", label: "Photo", accept: "image/*", takesCaption: true },
  { id: "document", label: "Document", accept: "", takesCaption: true },
  { id: "audio", label: "Voice", accept: "audio/*", icon: "mic", fields: { type: "audio", voice: true } },
  { id: "sound", label: "Audio", accept: "audio/*", icon: "headphones", fields: { type: "audio", voice: false } },
  { id: "video", label: "Video", accept: "video/*", takesCaption: true },
  { id: "sticker", label: "Sticker", accept: "image/webp" },
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
  { id: "form", label: "Form reply", icon: "form", action: { type: "flow_reply" } },
  { id: "forwarded", label: "Forwarded text", icon: "forward", withText: { type: "text", forwarded: true } },
  { id: "forwarded-often", label: "Forwarded often", icon: "forward", withText: { type: "text", frequently_forwarded: true } },
  { id: "group", label: "In a group", icon: "group", withText: { type: "text", group: true } },
  { id: "ad", label: "From an ad", icon: "advertisement", withText: { type: "text", referral: true } },
];

/** Everything but plain text. Each file has a built-in sample, so none is needed; `text` becomes the caption. */
export function AttachMenu({ text, onAct, onFile, onRecord, onClose }) {
  const root = useRef(null);
  useDismiss(root, true, onClose);
  const action = ({ id, fields, takesCaption }) => ({
    ...(fields ?? { type: id }),
    ...(text && takesCaption ? { caption: text } : {}),
  });
  return html`
    <div class="attach-menu" ref=${root} data-testid="attach-menu" role="group" aria-label="Attach">
      ${FILES.map(
        (file) => html`
          <div class="attach-row">
            <span class=${`attach-icon ${file.id}`}><${Icon} name=${file.icon ?? file.id} /></span>
            <span class="attach-label">${file.label}</span>
            ${file.id === "audio" && html`<button data-testid="attach-audio-record" onClick=${onRecord}>Record</button>`}
            <button
              data-testid=${`attach-${file.id}`}
              aria-label=${`Send a sample ${file.label.toLowerCase()}`}
              onClick=${() => onAct({ ...action(file), sample: true })}
            >
              Sample
            </button>
            <label class="file">
              File…
              <input
                type="file"
                accept=${file.accept}
                aria-label=${`Choose a file: ${file.label.toLowerCase()}`}
                data-testid=${`attach-${file.id}-file`}
                onChange=${({ target }) => target.files[0] && onFile(action(file), target.files[0])}
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
