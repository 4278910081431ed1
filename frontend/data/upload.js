// A request that sends a file and tells how much of it is gone: fetch cannot, XMLHttpRequest can.

const STALLED_MS = 60_000;

/**
 * Sends a form; rejects with a Failure. A slow upload may take its time as long as it goes on.
 * @typedef {{ code: "network" | "timeout" | "aborted" }} Failure
 * @param {object} options
 * @param {string} options.method
 * @param {string} options.path
 * @param {Record<string, string>} options.headers
 * @param {FormData} options.form
 * @param {AbortSignal} options.signal
 * @param {(part: number) => void} options.onProgress  takes a number from 0 to 1
 * @returns {Promise<{ status: number, answer: any }>}  the answer's JSON, or null
 */
export function upload({ method, path, headers, form, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let stalled;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => end({ code: "timeout" }), STALLED_MS);
    };
    /** @param {Failure} [failure] */
    const end = (failure) => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", onAbort);
      if (!failure) return resolve({ status: request.status, answer: json(request.responseText) });
      reject(failure);
      return request.abort();
    };
    const onAbort = () => end({ code: "aborted" });

    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      watch();
      onProgress(total ? loaded / total : 0);
    });
    request.addEventListener("load", () => end());
    request.addEventListener("error", () => end({ code: "network" }));
    signal.addEventListener("abort", onAbort);
    watch();
    request.send(form);
  });
}

/** @param {string} text */
function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
