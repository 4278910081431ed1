const NAMES = {
  image: "📷 Photo",
  video: "🎥 Video",
  audio: "🎤 Voice message",
  document: "📄 Document",
  sticker: "Sticker",
  location: "📍 Location",
  contacts: "👤 Contact",
  order: "🛒 Order",
  unsupported: "Unsupported message",
};

/** A message in one line. */
export function summary(message) {
  if (message.deleted) return "Deleted message";
  if (message.content.type === "nfm_reply") return "📋 Form";
  return message.text || NAMES[message.kind] || message.kind;
}
