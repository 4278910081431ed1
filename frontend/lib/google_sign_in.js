// Google's own sign-in button. Loaded from accounts.google.com, and only where the server asks for it.

const SCRIPT = "https://accounts.google.com/gsi/client";

/**
 * What Google's script offers (developers.google.com/identity/gsi/web/reference/js-reference).
 * @typedef {object} GoogleId
 * @property {(options: { client_id: string, callback: (answer: { credential: string }) => void }) => void} initialize
 * @property {(element: HTMLElement, options: Record<string, string>) => void} renderButton
 * @typedef {typeof globalThis & { google?: { accounts?: { id: GoogleId } } }} WithGoogle
 */

/**
 * Draws the button; rejects when Google's script does not load.
 * @param {object} options
 * @param {HTMLElement} options.element
 * @param {string} options.clientId
 * @param {string} options.locale
 * @param {(credential: string) => void} options.onCredential  gets the ID token
 */
export async function showGoogleButton({ element, clientId, locale, onCredential }) {
  await loadScript();
  const id = googleId();
  if (!id) throw new Error("Google's script offers no sign-in");
  id.initialize({ client_id: clientId, callback: ({ credential }) => onCredential(credential) });
  id.renderButton(element, { theme: "outline", size: "large", shape: "pill", text: "signin_with", locale });
}

function googleId() {
  return /** @type {WithGoogle} */ (globalThis).google?.accounts?.id;
}

/** @returns {Promise<void>} */
function loadScript() {
  if (googleId()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.async = true;
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      reject(new Error("Google's script did not load"));
    };
    document.head.append(script);
  });
}
