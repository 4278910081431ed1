// Sound that a browser recorded as WebM put into Ogg, the only form in which WhatsApp plays it as a voice message. The
// Opus packets stay as they are; only what is around them changes. Pure functions.
//
// WebM (EBML, RFC 8794): [Segment [Tracks [TrackEntry CodecPrivate]] [Cluster SimpleBlock SimpleBlock …] …]
// Ogg (RFC 3533, with Opus RFC 7845): page OpusHead | page OpusTags | page packet packet … | …

// Elements that hold others: what they hold is read on in one go, since a live recording does not tell their sizes.
const HOLDERS = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0]);
const CODEC_PRIVATE = 0x63a2;
const BLOCKS = new Set([0xa3, 0xa1]);
const LACING = 0x06;
const HEAD_BYTES = 19;
const CHANNELS_AT = 9; // in OpusHead
const MAX_SEGMENTS = 255; // of a page
const PACKETS_A_PAGE = 25;
const FIRST_PAGE = 2;
const LAST_PAGE = 4;

export class RecordingError extends Error {}

/**
 * The Ogg file of a WebM recording; throws a RecordingError for what is none with Opus.
 * @param {Uint8Array} webm
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function oggOf(webm) {
  const { head, packets } = readWebm(webm);
  if (!head || new TextDecoder().decode(head.slice(0, 8)) !== "OpusHead" || !packets.length)
    throw new RecordingError("The recording holds no Opus sound");
  return writeOgg(mono(head), packets);
}

/**
 * How long the packets of an Opus stream play, in samples of 1/48,000 s (RFC 6716, 3.1).
 * @param {Uint8Array} packet
 */
export function samplesIn(packet) {
  const config = packet[0] >> 3;
  const code = packet[0] & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : packet[1] & 0x3f;
  if (config < 12) return frames * [480, 960, 1920, 2880][config & 3];
  return frames * (config < 16 ? [480, 960][config & 1] : [120, 240, 480, 960][config & 3]);
}

/** @param {Uint8Array} webm */
function readWebm(webm) {
  /** @type {Uint8Array | null} */
  let head = null;
  /** @type {Uint8Array[]} */
  const packets = [];
  let at = 0;
  while (at < webm.length) {
    const id = number(webm, at, { keepMark: true });
    const size = number(webm, at + id.length);
    const start = at + id.length + size.length;
    const end = HOLDERS.has(id.value) ? start : start + size.value;
    if (end > webm.length) break; // cut where the recording ended
    const content = webm.subarray(start, end);
    if (id.value === CODEC_PRIVATE) head ??= content;
    if (BLOCKS.has(id.value)) packets.push(packetIn(content));
    at = end;
  }
  return { head, packets: packets.filter(({ length }) => length) };
}

/** @param {Uint8Array} block */
function packetIn(block) {
  const track = number(block, 0);
  const flags = block[track.length + 2]; // behind the time, of two bytes
  if (flags & LACING) throw new RecordingError("The recording's blocks hold several packets");
  return block.subarray(track.length + 3);
}

/**
 * A number of EBML, as long as its first byte's leading zeros say; the mark after them is part of an element's name.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function number(bytes, at, { keepMark = false } = {}) {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > 8 || at + length > bytes.length) throw new RecordingError("The recording is damaged");
  let value = keepMark ? bytes[at] : bytes[at] & (0xff >> length);
  for (const byte of bytes.subarray(at + 1, at + length)) value = value * 256 + byte;
  return { length, value };
}

/**
 * WhatsApp takes one channel; a decoder that is told so mixes two (RFC 7845, 5.1).
 * @param {Uint8Array} head
 */
function mono(head) {
  const own = head.slice(0, HEAD_BYTES);
  own[CHANNELS_AT] = 1;
  own[HEAD_BYTES - 1] = 0; // channel mapping family
  return own;
}

/**
 * @param {Uint8Array} head
 * @param {Uint8Array[]} packets
 */
function writeOgg(head, packets) {
  const pages = [page([head], 0, 0, FIRST_PAGE), page([tags()], 0, 1, 0)];
  let samples = 0;
  for (const group of grouped(packets)) {
    samples += group.reduce((sum, packet) => sum + samplesIn(packet), 0);
    const isLast = group.at(-1) === packets.at(-1);
    pages.push(page(group, samples, pages.length, isLast ? LAST_PAGE : 0));
  }
  return joined(pages);
}

/** @param {Uint8Array[]} packets */
function* grouped(packets) {
  /** @type {Uint8Array[]} */
  let group = [];
  let segments = 0;
  for (const packet of packets) {
    const more = segmentsOf(packet).length;
    if (group.length === PACKETS_A_PAGE || segments + more > MAX_SEGMENTS) {
      yield group;
      group = [];
      segments = 0;
    }
    group.push(packet);
    segments += more;
  }
  yield group;
}

function tags() {
  const vendor = new TextEncoder().encode("assistant");
  const bytes = new Uint8Array(16 + vendor.length);
  bytes.set(new TextEncoder().encode("OpusTags"));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12); // and no comments
  return bytes;
}

/**
 * @param {Uint8Array[]} packets
 * @param {number} samples  up to the end of this page
 * @param {number} place
 * @param {number} flags
 */
function page(packets, samples, place, flags) {
  const segments = packets.flatMap(segmentsOf);
  const header = new Uint8Array(27 + segments.length);
  const view = new DataView(header.buffer);
  header.set(new TextEncoder().encode("OggS"));
  header[5] = flags;
  view.setBigUint64(6, BigInt(samples), true);
  view.setUint32(14, 1, true); // the stream's number
  view.setUint32(18, place, true);
  header[26] = segments.length;
  header.set(segments, 27);
  const whole = joined([header, ...packets]);
  new DataView(whole.buffer).setUint32(22, checksum(whole), true);
  return whole;
}

/**
 * A packet's lengths: as often 255 as it goes, then what is left.
 * @param {Uint8Array} packet
 */
function segmentsOf({ length }) {
  return [.../** @type {number[]} */ (Array(Math.floor(length / 255)).fill(255)), length % 255];
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @type {Uint32Array} */
const TABLE = Uint32Array.from({ length: 256 }, (_nothing, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = 0;
  for (const byte of bytes) sum = ((sum << 8) ^ TABLE[(sum >>> 24) ^ byte]) >>> 0;
  return sum;
}
