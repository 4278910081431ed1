// Who may use the page, and as what. Owners decide it; everybody else looks.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { errorText, fieldErrorText } from "../data/error_text.js";
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { compare } from "../data/state/order.js";
import { can, ROLES } from "../lib/roles.js";
import { texts, wordFor } from "../lib/texts.js";
import { Avatar } from "./avatar.js";
import { ConfirmDialog, Dialog } from "./dialog.js";
import { Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";

/** @import { Me, Member as Person, Mode, Role } from "../data/types.js" */

const MAX_LENGTH = 254; // of an e-mail address

/**
 * onSave and onRemove reject with the API's error.
 * @param {object} props
 * @param {Person[] | null} props.members
 * @param {string | null} props.error
 * @param {Me} props.me
 * @param {() => void} props.onLoad
 * @param {(email: string, role: Role) => Promise<void>} props.onSave  adds somebody, or changes their role
 * @param {(email: string) => Promise<void>} props.onRemove
 * @param {() => void} props.onClose
 */
export function StaffDialog({ members, error, me, onLoad, onSave, onRemove, onClose }) {
  const [done, setDone] = useState(/** @type {string | null} */ (null));
  const mayChange = can(me.role, "owner");
  useEffect(() => {
    onLoad();
  }, []);

  /**
   * @param {string} email
   * @param {Role} role
   */
  async function add(email, role) {
    setDone(null);
    await onSave(email, role);
    setDone(texts.staff.added(email));
  }

  /**
   * @param {string} email
   * @param {Role} role
   */
  async function change(email, role) {
    setDone(null);
    await onSave(email, role);
    setDone(texts.staff.roleChanged(email, texts.staff.roles[role]));
  }

  /** @param {string} email */
  async function remove(email) {
    setDone(null);
    await onRemove(email);
    setDone(texts.staff.removed(email));
  }

  return html`<${Dialog} title=${texts.staff.title} testId="staff" onClose=${onClose}>
    <div class="staff">
      <p class="staff-lead">${texts.staff.lead} ${mayChange ? texts.staff.rolesHint : texts.staff.onlyOwners}</p>
      ${mayChange && html`<${AddForm} mode=${me.mode} onAdd=${add} />`}
      <p class="staff-done" role="status">${done && html`<${Icon} name="tick" /><span>${done}</span>`}</p>
      ${
        members
          ? html`<${Members} members=${members} me=${me} onChange=${mayChange ? change : null} onRemove=${mayChange ? remove : null} />`
          : html`<${Absent} error=${error} onLoad=${onLoad} />`
      }
    </div>
  <//>`;
}

/** @param {{ error: string | null, onLoad: () => void }} props */
function Absent({ error, onLoad }) {
  if (!error) return html`<${Loading} />`;
  return html`<${Failed} title=${texts.staff.failed} error=${error} onRetry=${onLoad} />`;
}

/** @param {{ mode: Mode, onAdd: (email: string, role: Role) => Promise<void> }} props */
function AddForm({ mode, onAdd }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState(/** @type {Role} */ ("agent"));
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {string | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (!email.trim()) return field.current?.focus();
    setBusy(true);
    setRefusal(null);
    try {
      await onAdd(email.trim().toLowerCase(), role);
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
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setEmail(event.currentTarget.value)}
    />
    <${RoleSelect} label=${texts.staff.role} role=${role} onChange=${setRole} />
    <button type="submit" class="btn btn-primary" disabled=${busy}>${texts.staff.add}</button>
    <p class=${refusal ? "invalid-feedback" : "form-text"} id=${`${id}-note`} role=${refusal ? "alert" : undefined}>${refusal ?? hint}</p>
  </form>`;
}

/** @param {{ label: string, role: Role, onChange: (role: Role) => void }} props */
function RoleSelect({ label, role, onChange }) {
  /** @param {{ currentTarget: HTMLSelectElement }} event */
  const choose = ({ currentTarget }) => onChange(/** @type {Role} */ (currentTarget.value));
  return html`<select class="form-select staff-role-select" aria-label=${label} value=${role} onChange=${choose}>
    ${ROLES.map((each) => html`<option value=${each} selected=${each === role}>${texts.staff.roles[each]}</option>`)}
  </select>`;
}

/**
 * @typedef {(email: string, role: Role) => Promise<void>} ChangeRole
 * @param {{ members: Person[], me: Me, onChange: ChangeRole | null, onRemove: ((email: string) => Promise<void>) | null }} props
 */
function Members({ members, me, onChange, onRemove }) {
  const [asked, setAsked] = useState(/** @type {string | null} */ (null)); // the address that is about to be removed
  const [failure, setFailure] = useState(/** @type {{ email: string, text: string } | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));

  /**
   * @param {string} email
   * @param {() => Promise<void> | undefined} act
   */
  async function attempt(email, act) {
    setFailure(null);
    try {
      await act();
    } catch (error) {
      setFailure({ email, text: errorText(error) });
    }
  }

  /** @param {string} email */
  function takeOff(email) {
    setAsked(null);
    return attempt(email, async () => {
      await onRemove?.(email);
      // The button that had the focus is gone.
      list.current?.focus();
    });
  }

  return html`<ul class="staff-members" ref=${list} tabindex="-1" aria-label=${texts.staff.list}>
      ${[...members].sort(ownersFirst).map(
        (member) => html`<${Member}
          key=${member.email}
          member=${member}
          own=${member.email === me.email}
          failure=${failure?.email === member.email ? failure.text : null}
          onChange=${onChange && !member.fixed ? (/** @type {Role} */ role) => attempt(member.email, () => onChange(member.email, role)) : null}
          onRemove=${onRemove && !member.fixed ? setAsked : null}
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
        onConfirm=${() => takeOff(asked)}
        onClose=${() => setAsked(null)}
      />`
    }`;
}

/**
 * @param {object} props
 * @param {Person} props.member
 * @param {boolean} props.own
 * @param {string | null} props.failure
 * @param {((role: Role) => void) | null} props.onChange
 * @param {((email: string) => void) | null} props.onRemove
 */
function Member({ member, own, failure, onChange, onRemove }) {
  const { email, role } = member;
  return html`<li class="staff-member" data-testid="staff-member">
    <${Avatar} id=${email} name=${personName(email)} />
    <span class="staff-person">
      <bdi class="staff-email">${email}</bdi>
      <span class=${`staff-role staff-role-${role}`}>${wordFor(texts.staff.roles, role) ?? role}${own && ` (${texts.staff.you})`}</span>
      ${failure && html`<span class="staff-failure" role="alert">${failure}</span>`}
    </span>
    ${onChange && html`<${RoleSelect} label=${texts.staff.roleOf(email)} role=${role} onChange=${onChange} />`}
    ${
      onRemove &&
      html`<button type="button" class="icon-button" aria-label=${texts.staff.remove(email)} onClick=${() => onRemove(email)}>
        <${Icon} name="trash" />
      </button>`
    }
  </li>`;
}

/**
 * @param {Person} one
 * @param {Person} other
 */
function ownersFirst(one, other) {
  return compare(one.role !== "owner", other.role !== "owner") || compare(one.email, other.email);
}
