// The microphone: sound as the browser records it, made into a file that WhatsApp takes.
import { oggOf } from "./ogg.js";

/**
 * @typedef {object} Recording
 * @property {() => number} level  how loud it is now, from 0 to 1
 * @property {() => Promise<File>} stop  ends it; rejects with a RecordingError
 * @property {() => void} cancel
 */

// Firefox records Ogg, Chromium WebM, which is put into Ogg; Safari records MP4, which goes as a sound like any other.
const TYPES = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const BITS_A_SECOND = 24_000; // enough for speech: WhatsApp loads small voice messages at once

/** Tells whether this browser can record here; it cannot on a page that did not come over HTTPS. */
export function canRecord() {
  return "mediaDevices" in navigator && "MediaRecorder" in globalThis && type() !== undefined;
}

/**
 * Begins to record; rejects with a DOMException when the microphone is denied (NotAllowedError) or not there.
 * @returns {Promise<Recording>}
 */
export async function record() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
  const recorder = new MediaRecorder(stream, { mimeType: type(), audioBitsPerSecond: BITS_A_SECOND });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  const meter = levelOf(stream);
  recorder.start(1_000);

  function cancel() {
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    meter.close();
  }

  async function stop() {
    cancel();
    await ended;
    return fileOf(new Blob(parts, { type: recorder.mimeType }));
  }

  return { level: meter.level, stop, cancel };
}

/** @param {Blob} recorded */
async function fileOf(recorded) {
  const kind = recorded.type.split(";")[0];
  if (kind === "audio/mp4") return new File([recorded], "audio.m4a", { type: kind });
  const content = kind === "audio/webm" ? oggOf(new Uint8Array(await recorded.arrayBuffer())) : recorded;
  return new File([content], "voice.ogg", { type: "audio/ogg" });
}

function type() {
  return TYPES.find((each) => MediaRecorder.isTypeSupported(each));
}

/** @param {MediaStream} stream */
function levelOf(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      return Math.min(Math.sqrt(power) * 4, 1); // speech is seldom louder than a quarter
    },
    close: () => void context.close(),
  };
}
