// A template's values, each with its field, beside the message that they make.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ValidationError } from "../data/api.js";
import { errorText } from "../data/error_text.js";
import { focusIn } from "../lib/focus.js";
import { html } from "../lib/html.js";
import { missingValues, parameterKey, parametersOf, pieces } from "../lib/template_text.js";
import { texts, wordFor } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { RichText } from "./rich_text.js";

/**
 * @import { FieldErrors, Parameter, Template, TemplateBody } from "../data/types.js"
 * @import { Values } from "../lib/template_text.js"
 */

const MAX_LENGTH = 1024; // WhatsApp's for a body
const FIRST_STANDIN = 0xe000; // of a range that no language uses
const STANDIN = /([\ue000-\uf8ff])/;

/**
 * @param {object} props
 * @param {Template} props.template
 * @param {() => void} props.onBack
 * @param {(body: TemplateBody) => Promise<void>} props.onSend
 * @param {() => void} props.onClose
 */
export function TemplateForm({ template, onBack, onSend, onClose }) {
  const [values, setValues] = useState(/** @type {Values} */ ({}));
  const [refused, setRefused] = useState(/** @type {Record<string, string | undefined>} */ ({})); // by parameter's key
  const [failure, setFailure] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);
  // The same message keeps its id, so that a second attempt sends nothing twice; another one gets another.
  const clientMessageId = useRef(crypto.randomUUID());
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => focusIn(form.current, "input, button[type=submit]"), []);

  /**
   * @param {string} key
   * @param {string} value
   */
  function change(key, value) {
    clientMessageId.current = crypto.randomUUID();
    setValues({ ...values, [key]: value });
    setRefused({ ...refused, [key]: undefined });
  }

  /** @param {FieldErrors} fields */
  function refuse(fields) {
    setRefused(fields);
    const [first] = Object.keys(fields);
    if (first) focusIn(form.current, `[name="${CSS.escape(first)}"]`);
  }

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    setFailure(null);
    const missing = missingValues(template, values);
    if (missing.length) return refuse(Object.fromEntries(missing.map((key) => [key, texts.templates.required])));
    setBusy(true);
    try {
      await onSend({
        client_message_id: clientMessageId.current,
        name: template.name,
        language: template.language,
        parameters: parametersOf(template, values),
      });
    } catch (error) {
      setBusy(false);
      setFailure(errorText(error));
      refuse(refusedFields(template, error instanceof ValidationError ? error.fields : {}));
    }
    return undefined;
  }

  return html`<form class="template-form" ref=${form} novalidate onSubmit=${send}>
    <button type="button" class="btn btn-quiet btn-sm template-back" onClick=${onBack}>
      <${Icon} name="back" />${texts.templates.all}
    </button>
    ${failure && html`<div class="alert alert-danger" role="alert"><strong>${texts.templates.notSent}.</strong> ${failure}</div>`}
    <div class="template-columns">
      <fieldset class="template-values">
        <legend>${texts.templates.values}</legend>
        ${!template.parameters.length && html`<p class="form-text">${texts.templates.noValues}</p>`}
        ${template.parameters.map((parameter) => {
          const key = parameterKey(parameter);
          return html`<${Value}
            key=${key}
            name=${key}
            parameter=${parameter}
            value=${values[key] ?? ""}
            problem=${refused[key]}
            onChange=${(/** @type {string} */ value) => change(key, value)}
          />`;
        })}
      </fieldset>
      <${Preview} template=${template} values=${values} />
    </div>
    <footer class="dialog-footer">
      <button type="button" class="btn btn-quiet" onClick=${onClose}>${texts.cancel}</button>
      <button type="submit" class="btn btn-primary" disabled=${busy} data-testid="send-template">
        ${busy ? texts.templates.sending : texts.templates.send}
      </button>
    </footer>
  </form>`;
}

// The server names a field as parameterKey does.
/**
 * @param {Template} template
 * @param {FieldErrors} fields
 * @returns {FieldErrors}
 */
function refusedFields(template, fields) {
  const refused = template.parameters.map(parameterKey).filter((key) => Object.hasOwn(fields, key));
  return Object.fromEntries(refused.map((key) => [key, texts.templates.refused]));
}

/**
 * @param {object} props
 * @param {string} props.name
 * @param {Parameter} props.parameter
 * @param {string} props.value
 * @param {string | undefined} props.problem
 * @param {(value: string) => void} props.onChange
 */
function Value({ name, parameter, value, problem, onChange }) {
  const id = useId();
  const { component, example } = parameter;
  const label = wordFor(texts.templates.label, component)?.(parameter.name) ?? parameter.name;
  return html`<div class="template-value">
    <label class="form-label" for=${id}>${label}</label>
    <input
      type="text"
      class=${`form-control ${problem ? "is-invalid" : ""}`}
      id=${id}
      name=${name}
      value=${value}
      maxlength=${MAX_LENGTH}
      dir="auto"
      autocomplete="off"
      aria-invalid=${problem ? "true" : undefined}
      aria-describedby=${`${id}-note`}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => onChange(event.currentTarget.value)}
    />
    <p class=${problem ? "invalid-feedback" : "form-text"} id=${`${id}-note`}>${problem ?? (example && texts.templates.example(example))}</p>
  </div>`;
}

/** @param {{ template: Template, values: Values }} props */
function Preview({ template, values }) {
  const { header, body, footer, buttons } = template;
  return html`<section class="template-preview" aria-label=${texts.templates.preview} data-testid="template-preview">
    <div class="bubble bubble-out">
      ${header && html`<strong class="template-header" dir="auto"><${Filled} text=${header} component="header" values=${values} /></strong>`}
      <p class="template-body" dir="auto"><${Filled} text=${body} component="body" values=${values} /></p>
      ${footer && html`<p class="template-footer" dir="auto">${footer}</p>`}
    </div>
    ${buttons.length > 0 && html`<ul class="choices">${buttons.map((title) => html`<li key=${title} dir="auto">${title}</li>`)}</ul>`}
  </section>`;
}

/**
 * A component's text as the customer sees it, with the values marked in it. Only the body is formatted.
 * @param {{ text: string, component: string, values: Values }} props
 */
function Filled({ text, component, values }) {
  const parts = pieces(text, component, values);
  if (component !== "body") return parts.map((part) => (typeof part === "string" ? part : html`<${Mark} ...${part} />`));
  // A character that stands for each value, so that formatting around it is found.
  const marked = parts.map((part, index) => (typeof part === "string" ? part : String.fromCodePoint(FIRST_STANDIN + index)));
  /** @param {string} words */
  const draw = (words) =>
    words.split(STANDIN).map((piece) => {
      const part = parts[(piece.codePointAt(0) ?? 0) - FIRST_STANDIN];
      return part && typeof part !== "string" ? html`<${Mark} ...${part} />` : piece;
    });
  return html`<${RichText} text=${marked.join("")} draw=${draw} />`;
}

/** @param {{ name: string, value: string }} props */
function Mark({ name, value }) {
  return html`<mark class=${value ? "filled" : "filled filled-not"}>${value || `{{${name}}}`}</mark>`;
}
