// The sign-in screen: a button where the server runs locally, Google's own button elsewhere.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { admissionErrorText } from "../error_text.js";
import { html } from "../html.js";
import { texts } from "../texts.js";

export function SignIn({ signIn, onSignIn }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);

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
      <img class="brand-mark" src="/assets/icon.svg" alt="" width="56" height="56" />
      <h1>${texts.title}</h1>
      <p class="sign-in-lead">${texts.signIn.lead}</p>
      ${error && html`<div class="alert alert-danger" role="alert">${error}</div>`}
      <${Way} signIn=${signIn} busy=${busy} onEnter=${enter} onError=${setError} />
    </div>
  </main>`;
}

function Way({ signIn, busy, onEnter, onError }) {
  if (signIn?.mode === "local") return html`<${LocalSignIn} busy=${busy} onEnter=${onEnter} />`;
  if (signIn?.mode === "google")
    return html`<${GoogleSignIn} clientId=${signIn.client_id} onEnter=${onEnter} onError=${onError} />`;
  return html`<p>${texts.signIn.unavailable}</p>
    <button type="button" class="btn btn-primary" onClick=${() => location.reload()}>${texts.signIn.reload}</button>`;
}

function LocalSignIn({ busy, onEnter }) {
  const [email, setEmail] = useState("");
  const id = useId();

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
      onInput=${(event) => setEmail(event.currentTarget.value)}
    />
    <p class="form-text" id=${`${id}-hint`}>${texts.signIn.emailHint}</p>
    <button type="submit" class="btn btn-primary btn-wide" disabled=${busy} autofocus>
      ${busy ? texts.signIn.entering : texts.signIn.enter}
    </button>
  </form>`;
}

function GoogleSignIn({ clientId, onEnter, onError }) {
  const place = useRef(null);
  useEffect(() => {
    let gone = false;
    const fail = () => gone || onError(texts.signIn.googleFailed);
    const show = ({ showGoogleButton }) =>
      showGoogleButton({
        element: place.current,
        clientId,
        locale: texts.locale,
        onCredential: (credential) => onEnter({ credential }),
      });
    import("../google_sign_in.js").then(show).catch(fail);
    return () => {
      gone = true;
    };
  }, [clientId]);
  return html`<p>${texts.signIn.google}</p>
    <div class="google-button" ref=${place}></div>`;
}
