// Files that staff attach: what each is to WhatsApp, how large it may be, and its size and type in words.
import { texts } from "./texts.js";

const MEGABYTE = 1024 * 1024;
// WhatsApp's for photos and audio; the server's own for documents.
const MOST_BYTES = { image: 5 * MEGABYTE, audio: 16 * MEGABYTE, document: 20 * MEGABYTE };
// What the server takes, with the endings of names that stand for it where a browser knows no type.
const ENDINGS = {
  image: { "image/jpeg": [".jpg", ".jpeg"], "image/png": [".png"] },
  audio: {
    "audio/ogg": [".ogg", ".oga", ".opus"],
    "audio/mpeg": [".mp3"],
    "audio/mp4": [".m4a"],
    "audio/aac": [".aac"],
    "audio/amr": [".amr"],
  },
  document: {
    "application/pdf": [".pdf"],
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": [".docx"],
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": [".xlsx"],
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": [".pptx"],
    "text/plain": [".txt"],
    "text/csv": [".csv"],
  },
};
// Browsers have names of their own for some types.
const USUAL_TYPES = {
  "image/jpg": "image/jpeg",
  "audio/opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "audio/mp3": "audio/mpeg",
  "audio/m4a": "audio/mp4",
  "audio/x-m4a": "audio/mp4",
  "audio/x-aac": "audio/aac",
  "audio/vnd.dlna.adts": "audio/aac",
};
// Where Excel is installed, CSV files are its own.
const VAGUE_TYPES = new Set(["", "application/octet-stream", "application/vnd.ms-excel"]);

/** What the file chooser offers for a kind. */
export function acceptedFor(kind) {
  return Object.entries(ENDINGS[kind]).flat(2).join(",");
}

/** The attachment that a chosen file makes: { kind, file, url (for showing it), problem (in words) or null }. */
export function attachmentOf(chosen) {
  const type = typeOf(chosen);
  const file = type === chosen.type ? chosen : new File([chosen], chosen.name, { type });
  const known = Object.keys(ENDINGS).find((kind) => Object.hasOwn(ENDINGS[kind], type));
  const problem = known ? problemWith(file, known) : texts.attach.unknownType;
  return { kind: known ?? "document", file, url: URL.createObjectURL(file), problem };
}

function typeOf({ name, type }) {
  const base = type.split(";")[0].trim().toLowerCase();
  if (Object.hasOwn(USUAL_TYPES, base)) return USUAL_TYPES[base];
  if (!VAGUE_TYPES.has(base)) return base;
  const ending = /\.[^.]+$/.exec(name.toLowerCase())?.[0];
  const types = Object.values(ENDINGS).flatMap(Object.entries);
  return types.find(([, endings]) => endings.includes(ending))?.[0] ?? base;
}

function problemWith(file, kind) {
  if (!file.size) return texts.attach.empty;
  if (file.size <= MOST_BYTES[kind]) return null;
  return texts.attach.tooLarge[kind](sizeText(file.size), sizeText(MOST_BYTES[kind]));
}

/** The media of a message that is being sent, as the API would describe it. */
export function localMedia({ file, url }) {
  return {
    mime_type: file.type,
    filename: file.name,
    size: file.size,
    seconds: null,
    voice: false,
    animated: false,
    state: "stored",
    error: null,
    url,
  };
}

/** A number of bytes in words, such as "1.2 MB". */
export function sizeText(bytes) {
  const [value, unit] = bytes < MEGABYTE ? [bytes / 1024, "kB"] : [bytes / MEGABYTE, "MB"];
  const shown = value >= 10 || Number.isInteger(value) ? Math.round(value) : Math.max(value, 0.1);
  return `${shown.toLocaleString(texts.locale, { maximumFractionDigits: 1 })} ${unit}`;
}

/** A file's type in a few letters, such as "PDF": its name's ending, else what its MIME type says. */
export function typeText({ filename, mime_type: mimeType }) {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(filename ?? "")?.[1];
  const subtype = /^[a-z]+\/([a-z0-9]{1,5})$/.exec(mimeType ?? "")?.[1];
  return (ending ?? subtype ?? "").toUpperCase();
}
