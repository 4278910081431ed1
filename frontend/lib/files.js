// Files that staff attach: what each is to WhatsApp, how large it may be, and its size and type in words.
import { texts } from "./texts.js";

/** @import { Attachment, AttachmentKind, Media } from "../data/types.js" */

const MEGABYTE = 1024 * 1024;
// WhatsApp's for photos, videos and audio; the server's own for documents.
/** @type {Record<AttachmentKind, number>} */
const MAX_BYTES = { image: 5 * MEGABYTE, video: 16 * MEGABYTE, audio: 16 * MEGABYTE, document: 20 * MEGABYTE };
// What the server takes, with the endings of names that stand for it where a browser knows no type.
/** @type {Record<AttachmentKind, Record<string, string[]>>} */
const ENDINGS = {
  image: { "image/jpeg": [".jpg", ".jpeg"], "image/png": [".png"] },
  video: { "video/mp4": [".mp4", ".m4v"] },
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
/** @type {AttachmentKind[]} */
const KINDS = ["image", "video", "audio", "document"];
// Browsers have names of their own for some types.
/** @type {Record<string, string>} */
const USUAL_TYPES = {
  "image/jpg": "image/jpeg",
  "video/x-m4v": "video/mp4",
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

/**
 * What the file chooser offers for some kinds.
 * @param {AttachmentKind[]} kinds
 */
export function acceptedFor(kinds) {
  return kinds.flatMap((kind) => Object.entries(ENDINGS[kind]).flat(2)).join(",");
}

/**
 * The attachment that a chosen file makes.
 * @param {File} chosen
 * @returns {Attachment}
 */
export function attachmentOf(chosen) {
  const type = typeOf(chosen);
  const file = type === chosen.type ? chosen : new File([chosen], chosen.name, { type });
  const known = KINDS.find((kind) => Object.hasOwn(ENDINGS[kind], type));
  const problem = known ? problemWith(file, known) : texts.attach.unknownType;
  return { kind: known ?? "document", file, url: URL.createObjectURL(file), problem, caption: "" };
}

/** @param {File} file */
function typeOf({ name, type }) {
  const base = type.split(";")[0].trim().toLowerCase();
  if (Object.hasOwn(USUAL_TYPES, base)) return USUAL_TYPES[base];
  if (!VAGUE_TYPES.has(base)) return base;
  const ending = /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? "";
  const types = Object.values(ENDINGS).flatMap((known) => Object.entries(known));
  return types.find(([, endings]) => endings.includes(ending))?.[0] ?? base;
}

/**
 * @param {File} file
 * @param {AttachmentKind} kind
 */
function problemWith(file, kind) {
  if (!file.size) return texts.attach.empty;
  if (file.size <= MAX_BYTES[kind]) return null;
  return texts.attach.tooLarge[kind](sizeText(file.size), sizeText(MAX_BYTES[kind]));
}

/**
 * The media of a message that is being sent, as the API would describe it.
 * @param {Attachment} attachment
 * @returns {Media}
 */
export function localMedia({ file, url, voice = false }) {
  return {
    mime_type: file.type,
    filename: file.name,
    size: file.size,
    seconds: null,
    voice,
    animated: false,
    state: "stored",
    on_demand: false,
    error: null,
    url,
  };
}

/**
 * A number of bytes in words, such as "1.2 MB".
 * @param {number} bytes
 */
export function sizeText(bytes) {
  const [value, unit] = bytes < MEGABYTE ? [bytes / 1024, "kB"] : [bytes / MEGABYTE, "MB"];
  const shown = value >= 10 || Number.isInteger(value) ? Math.round(value) : Math.max(value, 0.1);
  return `${shown.toLocaleString(texts.locale, { maximumFractionDigits: 1 })} ${unit}`;
}

/**
 * A file's type in a few letters, such as "PDF": its name's ending, else what its MIME type says.
 * @param {Pick<Media, "filename" | "mime_type">} file
 */
export function typeText({ filename, mime_type: mimeType }) {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(filename ?? "")?.[1];
  const subtype = /^[a-z]+\/([a-z0-9]{1,5})$/.exec(mimeType)?.[1];
  return (ending ?? subtype ?? "").toUpperCase();
}
