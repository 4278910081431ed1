import { useRef, useState } from "preact/hooks";
import { seconds } from "./format.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";

/** A small audio player; a voice note has a microphone beside it. */
export function Player({ url, voice }) {
  const audio = useRef(null);
  const [playing, setPlaying] = useState(false);
  const [position, setPosition] = useState(0);
  const [length, setLength] = useState(0);
  const toggle = () => (playing ? audio.current.pause() : audio.current.play().catch(() => setPlaying(false)));
  const seek = (event) => {
    audio.current.currentTime = Number(event.target.value);
  };
  return html`
    <div class="player">
      <button class="play" aria-label=${playing ? "Pause" : "Play"} onClick=${toggle}>
        <${Icon} name=${playing ? "pause" : "play"} />
      </button>
      <div class="track">
        <input type="range" min="0" max=${length || 1} step="0.05" value=${position} aria-label="Position" onInput=${seek} />
        <small>${seconds(playing || position ? position : length)}</small>
      </div>
      <span class=${`voice-badge ${voice ? "" : "file"}`} aria-hidden="true"><${Icon} name=${voice ? "mic" : "headphones"} /></span>
      <audio
        ref=${audio}
        src=${url}
        preload="metadata"
        onPlay=${() => setPlaying(true)}
        onPause=${() => setPlaying(false)}
        onEnded=${() => setPosition(0)}
        onTimeUpdate=${(event) => setPosition(event.target.currentTime)}
        onLoadedMetadata=${(event) => Number.isFinite(event.target.duration) && setLength(event.target.duration)}
      ></audio>
    </div>
  `;
}
