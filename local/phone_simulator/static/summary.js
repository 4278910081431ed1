const NAMES = {
  image: "📷 Photo",
  video: "🎥 Video",
  audio: "🎤 Voice message",
  document: "📄 Document",
  sticker: "Sticker",
  location: "📍 Location",
  contacts: "👤 Contact",
  order: "🛒 Order",
};

/** A message in one line. */
export function summary(message) {
  if (message.deleted) return "Deleted message";
  return message.text || NAMES[message.kind] || message.kind;
}
