// Google's own sign-in button. Loaded from accounts.google.com, and only where the server asks for it.

const SCRIPT = "https://accounts.google.com/gsi/client";

/** Draws the button into an element; onCredential gets the ID token. Rejects when Google's script does not load. */
export async function showGoogleButton({ element, clientId, locale, onCredential }) {
  await loadScript();
  const { id } = globalThis.google.accounts;
  id.initialize({ client_id: clientId, callback: ({ credential }) => onCredential(credential) });
  id.renderButton(element, { theme: "outline", size: "large", shape: "pill", text: "signin_with", locale });
}

function loadScript() {
  if (globalThis.google?.accounts) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.async = true;
    script.onload = resolve;
    script.onerror = () => {
      script.remove();
      reject(new Error("Google's script did not load"));
    };
    document.head.append(script);
  });
}
