// The sign-in screen: a button where the server runs locally, Google's own button elsewhere.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { admissionErrorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { BrandMark } from "./brand.js";

/**
 * @import { Credentials, SignInOptions } from "../data/types.js"
 * @typedef {(credentials: Credentials) => Promise<void>} Enter
 */

/** @param {{ signIn: SignInOptions | null, ended: boolean, onSignIn: Enter }} props */
export function SignIn({ signIn, ended, onSignIn }) {
  const [error, setError] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);

  /** @param {Credentials} credentials */
  async function enter(credentials) {
    setBusy(true);
    setError(null);
    try {
      await onSignIn(credentials);
    } catch (refusal) {
      setError(admissionErrorText(refusal));
      setBusy(false);
    }
  }

  return html`<main class="sign-in">
    <div class="sign-in-panel" data-testid="login">
      <${BrandMark} size=${56} />
      <h1>${texts.title}</h1>
      <p class="sign-in-lead">${texts.signIn.lead}</p>
      ${ended && !error && html`<p class="sign-in-ended" role="status">${texts.signIn.ended}</p>`}
      ${error && html`<div class="alert alert-danger" role="alert">${error}</div>`}
      <${Way} signIn=${signIn} busy=${busy} onEnter=${enter} onError=${setError} />
    </div>
  </main>`;
}

/** @param {{ signIn: SignInOptions | null, busy: boolean, onEnter: Enter, onError: (error: string) => void }} props */
function Way({ signIn, busy, onEnter, onError }) {
  if (signIn?.mode === "local") return html`<${LocalSignIn} busy=${busy} onEnter=${onEnter} />`;
  if (signIn?.mode === "google")
    return html`<${GoogleSignIn} clientId=${signIn.client_id} onEnter=${onEnter} onError=${onError} />`;
  return html`<p>${texts.signIn.unavailable}</p>
    <button type="button" class="btn btn-primary" onClick=${() => location.reload()}>${texts.signIn.reload}</button>`;
}

/** @param {{ busy: boolean, onEnter: Enter }} props */
function LocalSignIn({ busy, onEnter }) {
  const [email, setEmail] = useState("");
  const id = useId();

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    onEnter(email.trim() ? { email: email.trim() } : {});
  }

  return html`<form onSubmit=${submit}>
    <label class="form-label" for=${id}>${texts.signIn.email}</label>
    <input
      class="form-control"
      type="email"
      autocomplete="email"
      id=${id}
      value=${email}
      aria-describedby=${`${id}-hint`}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setEmail(event.currentTarget.value)}
    />
    <p class="form-text" id=${`${id}-hint`}>${texts.signIn.emailHint}</p>
    <button type="submit" class="btn btn-primary btn-wide" disabled=${busy} autofocus>
      ${busy ? texts.signIn.entering : texts.signIn.enter}
    </button>
  </form>`;
}

/** @param {{ clientId: string, onEnter: Enter, onError: (error: string) => void }} props */
function GoogleSignIn({ clientId, onEnter, onError }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    let gone = false;
    const fail = () => gone || onError(texts.signIn.googleFailed);
    /** @param {typeof import("../lib/google_sign_in.js")} module */
    const show = async ({ showGoogleButton }) => {
      if (!place.current) return;
      const onCredential = (/** @type {string} */ credential) => onEnter({ credential });
      await showGoogleButton({ element: place.current, clientId, locale: texts.locale, onCredential });
    };
    import("../lib/google_sign_in.js").then(show).catch(fail);
    return () => {
      gone = true;
    };
  }, [clientId]);
  return html`<p>${texts.signIn.google}</p>
    <div class="google-button" ref=${place}></div>`;
}
