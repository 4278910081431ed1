// Voice notes from the microphone. WhatsApp's own are Ogg Opus; a browser that can't write that uses its nearest.
const TYPES = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

/** Start recording; returns `finish()`, which resolves to a file, and `cancel()`. */
export async function startRecording() {
  if (!navigator.mediaDevices) throw new Error("No microphone here: send the sample voice note instead");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => {
    throw new Error("No microphone here: send the sample voice note instead");
  });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType });
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  const end = async () => {
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
  };
  const finish = async () => {
    await end();
    const extension = mimeType.slice(6).split(";")[0];
    return new File(parts, `voice.${extension}`, { type: mimeType });
  };
  return { finish, cancel: end };
}
