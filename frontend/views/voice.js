// A player for sounds: play, a line to jump along, the time, and the speed while it plays.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/** @import { Media } from "../data/types.js" */

const RATES = [1, 1.5, 2];
/** @type {HTMLAudioElement | null} */
let playingNow = null; // one sound at a time

/** @param {{ url: string, media: Media, label: string, onError: () => void }} props */
export function Voice({ url, media, label, onError }) {
  const sound = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [measured, setMeasured] = useState(/** @type {number | null} */ (null));
  const [rate, setRate] = useState(1);
  const length = measured ?? media.seconds ?? 0;
  useEffect(() => () => sound.current?.pause(), []);

  function toggle() {
    // Rejects when the file cannot be played; that is told by the error event.
    if (sound.current?.paused) sound.current.play().catch(() => {});
    else sound.current?.pause();
  }

  // What the browser tells may come after the player has left the page: these look at the event, not at the ref.
  /** @param {{ currentTarget: HTMLAudioElement }} event */
  function onPlay({ currentTarget }) {
    if (playingNow !== currentTarget) playingNow?.pause();
    playingNow = currentTarget;
    setPlaying(true);
  }

  /** @param {{ currentTarget: HTMLAudioElement }} event */
  function onMeasured({ currentTarget }) {
    // Recordings without a length in their header are endless until they were heard.
    const { duration } = currentTarget;
    if (Number.isFinite(duration)) setMeasured(duration);
  }

  /** @param {{ currentTarget: HTMLInputElement }} event */
  function jump(event) {
    if (!sound.current) return;
    sound.current.currentTime = Number(event.currentTarget.value);
    setAt(sound.current.currentTime);
  }

  function changeRate() {
    const next = RATES[(RATES.indexOf(rate) + 1) % RATES.length];
    if (sound.current) sound.current.playbackRate = next;
    setRate(next);
  }

  return html`<div class="voice" role="group" aria-label=${label} data-testid="voice">
    <audio
      ref=${sound}
      src=${url}
      preload=${media.seconds ? "none" : "metadata"}
      onLoadedMetadata=${onMeasured}
      onDurationChange=${onMeasured}
      onTimeUpdate=${(/** @type {{ currentTarget: HTMLAudioElement }} */ { currentTarget }) => setAt(currentTarget.currentTime)}
      onPlay=${onPlay}
      onPause=${() => setPlaying(false)}
      onEnded=${() => setAt(0)}
      onError=${onError}
    ></audio>
    <button type="button" class="voice-play" aria-label=${playing ? texts.media.pause : texts.media.play} onClick=${toggle}>
      <${Icon} name=${playing ? "pause" : "play"} />
    </button>
    <span class="voice-line">
      <input
        type="range"
        min="0"
        max=${length || 1}
        step="any"
        value=${Math.min(at, length)}
        disabled=${!length}
        aria-label=${texts.media.position}
        aria-valuetext=${`${clock(at)} / ${clock(length)}`}
        onInput=${jump}
      />
      <span class="voice-time">${clock(playing || at ? at : length)}</span>
    </span>
    ${
      playing
        ? html`<button type="button" class="voice-rate" aria-label=${texts.media.speed(rate.toLocaleString(texts.locale))} onClick=${changeRate}>${rate.toLocaleString(texts.locale)}×</button>`
        : html`<span class="voice-kind"><${Icon} name=${media.voice ? "mic" : "music"} /></span>`
    }
  </div>`;
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
