// A voice message that is recorded in the place of the field: its length and loudness, then listening before it goes.
import { useEffect, useRef, useState } from "preact/hooks";
import { focusIn } from "../lib/focus.js";
import { html } from "../lib/html.js";
import { localMedia, attachmentOf } from "../lib/files.js";
import { useLeaveWarning } from "../lib/hooks.js";
import { record } from "../lib/recording.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { Voice } from "./voice.js";

/**
 * @import { Attachment } from "../data/types.js"
 * @import { Recording } from "../lib/recording.js"
 * @typedef {"asking" | "recording" | "making" | "listening" | "failed"} Phase
 */

const MAX_SECONDS = 15 * 60;
const BARS = 32;
const TICK_MS = 120;

/**
 * @param {object} props
 * @param {(attachment: Attachment) => void} props.onSend
 * @param {(attachment: Attachment) => void} props.onKeep  takes it when somebody leaves before sending
 * @param {() => void} props.onClose
 */
export function Recorder({ onSend, onKeep, onClose }) {
  const recording = useRef(/** @type {Recording | null} */ (null));
  const made = useRef(/** @type {Attachment | null} */ (null));
  const [phase, setPhase] = useState(/** @type {Phase} */ ("asking"));
  const [failure, setFailure] = useState("");
  const [levels, setLevels] = useState(/** @type {number[]} */ ([]));
  const began = useRef(0);
  const [seconds, setSeconds] = useState(0);
  const bar = useRef(/** @type {HTMLElement | null} */ (null));
  useLeaveWarning(phase !== "failed");

  useEffect(() => {
    let left = false;
    record().then(
      (started) => {
        if (left) return started.cancel();
        recording.current = started;
        began.current = Date.now();
        return setPhase("recording");
      },
      (error) => fail(error),
    );
    return () => {
      left = true;
      leave();
    };
  }, []);

  useEffect(() => {
    focusIn(bar.current, phase === "recording" || phase === "listening" ? ".send-button" : "button");
    if (phase !== "recording") return undefined;
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [phase]);

  function tick() {
    const level = recording.current?.level() ?? 0;
    const length = (Date.now() - began.current) / 1_000;
    setLevels((known) => [...known, level].slice(-BARS));
    setSeconds(length);
    if (length >= MAX_SECONDS) finish();
  }

  /** @param {unknown} error */
  function fail(error) {
    setFailure(wordFor(texts.recorder.failures, error instanceof Error ? error.name : "") ?? texts.recorder.failed);
    setPhase("failed");
  }

  /** Ends the recording, and resolves with what it made; with nothing when that failed. */
  async function finish() {
    const own = recording.current;
    recording.current = null;
    if (!own) return made.current;
    setPhase("making");
    try {
      const file = await own.stop();
      made.current = { ...attachmentOf(file), voice: file.type === "audio/ogg" };
      setPhase("listening");
    } catch (error) {
      fail(error);
    }
    return made.current;
  }

  async function send() {
    const attachment = await finish();
    if (!attachment) return;
    made.current = null;
    onSend(attachment);
    onClose();
  }

  async function leave() {
    const attachment = await finish();
    made.current = null;
    if (attachment) onKeep(attachment);
  }

  function discard() {
    recording.current?.cancel();
    recording.current = null;
    if (made.current) URL.revokeObjectURL(made.current.url);
    made.current = null;
    onClose();
  }

  const sound = made.current;
  return html`<section class="recorder" ref=${bar} aria-label=${texts.recorder.title} data-testid="recorder" data-phase=${phase}>
    <button type="button" class="icon-button" aria-label=${phase === "failed" ? texts.close : texts.recorder.discard} data-testid="discard-recording" onClick=${discard}>
      <${Icon} name=${phase === "failed" ? "close" : "trash"} />
    </button>
    ${phase === "failed" && html`<p class="recorder-failed" role="alert"><${Icon} name="alert" />${failure}</p>`}
    ${(phase === "asking" || phase === "making") && html`<p class="recorder-words" role="status">${texts.recorder[phase]}</p>`}
    ${phase === "recording" && html`<${Meter} seconds=${seconds} levels=${levels} />`}
    ${phase === "listening" && sound && html`<${Voice} url=${sound.url} media=${{ ...localMedia(sound), seconds }} label=${texts.recorder.title} onError=${() => {}} />`}
    ${
      phase === "recording" &&
      html`<button type="button" class="icon-button" aria-label=${texts.recorder.stop} title=${texts.recorder.stop} data-testid="stop-recording" onClick=${finish}>
        <${Icon} name="stop" />
      </button>`
    }
    ${
      (phase === "recording" || phase === "listening") &&
      html`<button type="button" class="send-button" aria-label=${texts.recorder.send} data-testid="send-recording" onClick=${send}>
        <${Icon} name="send" />
      </button>`
    }
  </section>`;
}

/** @param {{ seconds: number, levels: number[] }} props */
function Meter({ seconds, levels }) {
  const quiet = /** @type {number[]} */ (Array(BARS - levels.length).fill(0));
  return html`<span class="recorder-dot" aria-hidden="true"></span>
    <span class="recorder-time" role="timer" aria-label=${texts.recorder.recording}>${clock(seconds)}</span>
    <span class="recorder-levels" aria-hidden="true">
      ${[...quiet, ...levels].map((level, place) => html`<i key=${place} style=${{ blockSize: `${Math.round(8 + level * 92)}%` }}></i>`)}
    </span>`;
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
