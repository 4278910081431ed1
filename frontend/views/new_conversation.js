// A conversation that staff begin: to which number, and with which template, since WhatsApp allows nothing else.
import { useId, useState } from "preact/hooks";
import { ValidationError } from "../data/api.js";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Dialog } from "./dialog.js";
import { TemplatePicker } from "./templates.js";

/** @import { NewConversation as Wanted, TemplateBody, TemplatesState } from "../data/types.js" */

const MAX_PHONE_LENGTH = 40;
const MAX_NAME_LENGTH = 120;
const words = texts.newConversation;

/**
 * onSend rejects with the API's error.
 * @param {object} props
 * @param {TemplatesState} props.templates
 * @param {() => void} props.onLoad
 * @param {(wanted: Wanted) => Promise<void>} props.onSend
 * @param {() => void} props.onClose
 */
export function NewConversation({ templates, onLoad, onSend, onClose }) {
  const [phone, setPhone] = useState("");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null)); // with the number

  /** @param {TemplateBody} body */
  async function send({ client_message_id: clientMessageId, ...template }) {
    if (!phone.trim()) {
      setProblem(words.noPhone);
      throw new ValidationError("", { code: "invalid", status: 422, fields: {} });
    }
    try {
      await onSend({ phone: phone.trim(), name: name.trim() || null, client_message_id: clientMessageId, template });
    } catch (error) {
      if (error instanceof ValidationError && error.fields.phone) setProblem(words.wrongPhone);
      throw error;
    }
    onClose();
  }

  return html`<${Dialog} title=${words.title} testId="new-conversation-dialog" wide onClose=${onClose}>
    <div class="new-conversation">
      <${Field}
        label=${words.phone}
        hint=${words.phoneHint}
        problem=${problem}
        value=${phone}
        max=${MAX_PHONE_LENGTH}
        type="tel"
        autofocus
        onChange=${(/** @type {string} */ typed) => {
          setPhone(typed);
          setProblem(null);
        }}
      />
      <${Field} label=${words.name} value=${name} max=${MAX_NAME_LENGTH} onChange=${setName} />
    </div>
    <${TemplatePicker} templates=${templates} keepsFocus onLoad=${onLoad} onSend=${send} onClose=${onClose} />
  <//>`;
}

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {number} props.max
 * @param {string} [props.type]
 * @param {string} [props.hint]
 * @param {string | null} [props.problem]
 * @param {boolean} [props.autofocus]
 * @param {(typed: string) => void} props.onChange
 */
function Field({ label, value, max, type = "text", hint, problem = null, autofocus = false, onChange }) {
  const id = useId();
  return html`<div class="template-value">
    <label class="form-label" for=${id}>${label}</label>
    <input
      id=${id}
      type=${type}
      class=${`form-control ${problem ? "is-invalid" : ""}`}
      value=${value}
      maxlength=${max}
      dir="auto"
      autocomplete="off"
      autofocus=${autofocus}
      aria-invalid=${problem ? "true" : undefined}
      aria-describedby=${problem || hint ? `${id}-note` : undefined}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => onChange(event.currentTarget.value)}
    />
    ${(problem || hint) && html`<p class=${problem ? "invalid-feedback" : "form-text"} id=${`${id}-note`} role=${problem ? "alert" : undefined}>${problem ?? hint}</p>`}
  </div>`;
}
