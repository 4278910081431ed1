// Who may use the page. Owners add and remove; everybody else looks.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { errorText, fieldErrorText } from "../error_text.js";
import { html } from "../html.js";
import { compare } from "../state/order.js";
import { texts, wordFor } from "../texts.js";
import { Avatar } from "./avatar.js";
import { ConfirmDialog, Dialog } from "./dialog.js";
import { Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";

const MAX_LENGTH = 254; // of an e-mail address

/** onAdd and onRemove take an address and reject with the API's error. */
export function StaffDialog({ members, error, me, onLoad, onAdd, onRemove, onClose }) {
  const [done, setDone] = useState(null);
  const mayChange = me.role === "owner";
  useEffect(() => {
    onLoad();
  }, []);

  async function add(email) {
    setDone(null);
    await onAdd(email);
    setDone(texts.staff.added(email));
  }

  async function remove(email) {
    setDone(null);
    await onRemove(email);
    setDone(texts.staff.removed(email));
  }

  return html`<${Dialog} title=${texts.staff.title} testId="staff" onClose=${onClose}>
    <div class="staff">
      <p class="staff-lead">${texts.staff.lead} ${!mayChange && texts.staff.onlyOwners}</p>
      ${mayChange && html`<${AddForm} mode=${me.mode} onAdd=${add} />`}
      <p class="staff-done" role="status">${done && html`<${Icon} name="tick" /><span>${done}</span>`}</p>
      ${
        members
          ? html`<${Members} members=${members} me=${me} onRemove=${mayChange ? remove : null} />`
          : html`<${Absent} error=${error} onLoad=${onLoad} />`
      }
    </div>
  <//>`;
}

function Absent({ error, onLoad }) {
  if (!error) return html`<${Loading} />`;
  return html`<${Failed} title=${texts.staff.failed} error=${error} onRetry=${onLoad} />`;
}

function AddForm({ mode, onAdd }) {
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(null);
  const field = useRef(null);
  const id = useId();

  async function submit(event) {
    event.preventDefault();
    if (!email.trim()) return field.current.focus();
    setBusy(true);
    setRefusal(null);
    try {
      await onAdd(email.trim().toLowerCase());
      setEmail("");
    } catch (error) {
      setRefusal(fieldErrorText(error, "email") ?? errorText(error));
    }
    setBusy(false);
    return field.current?.focus();
  }

  const hint = mode === "iap" ? texts.staff.emailHintProxy : texts.staff.emailHint;
  return html`<form class="staff-form" novalidate onSubmit=${submit}>
    <label class="form-label" for=${id}>${texts.staff.email}</label>
    <input
      class=${`form-control ${refusal ? "is-invalid" : ""}`}
      ref=${field}
      type="email"
      id=${id}
      value=${email}
      maxlength=${MAX_LENGTH}
      autocomplete="off"
      autofocus
      aria-invalid=${refusal ? "true" : undefined}
      aria-describedby=${`${id}-note`}
      onInput=${(event) => setEmail(event.currentTarget.value)}
    />
    <button type="submit" class="btn btn-primary" disabled=${busy}>${texts.staff.add}</button>
    <p class=${refusal ? "invalid-feedback" : "form-text"} id=${`${id}-note`} role=${refusal ? "alert" : undefined}>${refusal ?? hint}</p>
  </form>`;
}

function Members({ members, me, onRemove }) {
  const [asked, setAsked] = useState(null); // the address that is about to be removed
  const [failure, setFailure] = useState(null); // { email, text }
  const list = useRef(null);

  async function remove() {
    setAsked(null);
    setFailure(null);
    try {
      await onRemove(asked);
      // The button that had the focus is gone.
      list.current?.focus();
    } catch (error) {
      setFailure({ email: asked, text: errorText(error) });
    }
  }

  return html`<ul class="staff-members" ref=${list} tabindex="-1" aria-label=${texts.staff.list}>
      ${[...members].sort(ownersFirst).map(
        (member) => html`<${Member}
          key=${member.email}
          member=${member}
          own=${member.email === me.email}
          failure=${failure?.email === member.email ? failure.text : null}
          onRemove=${onRemove && member.role !== "owner" ? setAsked : null}
        />`,
      )}
    </ul>
    ${
      asked &&
      html`<${ConfirmDialog}
        title=${texts.staff.removeTitle}
        text=${texts.staff.removeText(asked)}
        confirm=${texts.staff.removeConfirm}
        tone="danger"
        onConfirm=${remove}
        onClose=${() => setAsked(null)}
      />`
    }`;
}

function Member({ member, own, failure, onRemove }) {
  const { email, role } = member;
  return html`<li class="staff-member" data-testid="staff-member">
    <${Avatar} id=${email} name=${nameIn(email)} />
    <span class="staff-person">
      <bdi class="staff-email">${email}</bdi>
      <span class=${`staff-role staff-role-${role}`}>${wordFor(texts.staff.roles, role) ?? role}${own && ` (${texts.staff.you})`}</span>
      ${failure && html`<span class="staff-failure" role="alert">${failure}</span>`}
    </span>
    ${
      onRemove &&
      html`<button type="button" class="icon-button" aria-label=${texts.staff.remove(email)} onClick=${() => onRemove(email)}>
        <${Icon} name="trash" />
      </button>`
    }
  </li>`;
}

// "giulia.bianchi@example.com" has the initials of Giulia Bianchi.
function nameIn(email) {
  return email.split("@")[0].replaceAll(/[._+-]+/g, " ");
}

function ownersFirst(one, other) {
  return compare(one.role !== "owner", other.role !== "owner") || compare(one.email, other.email);
}
