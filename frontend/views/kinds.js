// The icon and the name of each kind of message.
import { texts, wordFor } from "../texts.js";

const ICONS = {
  image: "image",
  audio: "mic",
  video: "video",
  document: "file",
  sticker: "sticker",
  location: "pin",
  contacts: "contact",
  button: "button",
  interactive: "button",
  reaction: "smile",
  order: "cart",
  system: "alert",
  template: "layout",
  unsupported: "question",
};

export function kindIcon(kind) {
  return wordFor(ICONS, kind) ?? (kind === "text" ? null : "question");
}

export function kindName(kind) {
  return wordFor(texts.kinds, kind) ?? texts.kinds.other;
}
