// Two soft notes, made here: no file is fetched.

const NOTES_HZ = [659.25, 880]; // E5, A5
const EACH_SECONDS = 0.16;
const LOUDNESS = 0.12;

/** @type {AudioContext | null} */
let context = null;

/**
 * Readies the sound; browsers let a page make one only after somebody touched it, so this is for a click or a key.
 */
export async function allowChime() {
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume();
}

/** Plays, or does nothing where the browser does not let us yet. */
export function chime() {
  if (context?.state !== "running") return;
  for (const [at, pitch] of NOTES_HZ.entries()) play(context, pitch, context.currentTime + at * EACH_SECONDS);
}

/**
 * @param {AudioContext} on
 * @param {number} pitch  in hertz
 * @param {number} start  in the context's seconds
 */
function play(on, pitch, start) {
  const note = new OscillatorNode(on, { frequency: pitch });
  const loudness = new GainNode(on, { gain: 0 });
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, start + EACH_SECONDS * 3);
  note.connect(loudness).connect(on.destination);
  note.start(start);
  note.stop(start + EACH_SECONDS * 3);
}
