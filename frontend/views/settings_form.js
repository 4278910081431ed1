// The controls of the settings page. Each shows and changes the value at a path of the settings.
import { useId, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";

/**
 * @import { ComponentChildren } from "preact"
 *
 * What a control works with: value and problem are those at a path.
 * @typedef {object} Form
 * @property {(path: string) => any} value
 * @property {(path: string, value: unknown) => void} set
 * @property {(path: string) => string | undefined} problem
 * @property {boolean} readOnly
 *
 * @typedef {{ currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }} Typed
 *
 * @typedef {object} Control
 * @property {Form} form
 * @property {string} path
 * @property {string} label
 * @property {ComponentChildren} [hint]
 * @property {boolean} [wide]  whether it has a line of a row for itself
 */

/** @param {Control & { placeholder?: string, type?: string, max?: number }} props */
export function TextField({ form, path, label, hint, wide, placeholder, type = "text", max = 120 }) {
  return html`<${Labelled} form=${form} path=${path} label=${label} hint=${hint} wide=${wide}>
    ${(/** @type {object} */ control) =>
      html`<input
        ...${control}
        type=${type}
        value=${form.value(path)}
        placeholder=${placeholder}
        maxlength=${max}
        dir="auto"
        autocomplete="off"
        onInput=${(/** @type {Typed} */ event) => form.set(path, event.currentTarget.value)}
      />`}
  <//>`;
}

/** @param {Control & { rows?: number, max?: number, placeholder?: string }} props */
export function TextArea({ form, path, label, hint, wide, placeholder, rows = 3, max = 2_000 }) {
  return html`<${Labelled} form=${form} path=${path} label=${label} hint=${hint} wide=${wide}>
    ${(/** @type {object} */ control) =>
      html`<textarea
        ...${control}
        rows=${rows}
        maxlength=${max}
        placeholder=${placeholder}
        dir="auto"
        value=${form.value(path) ?? ""}
        onInput=${(/** @type {Typed} */ event) => form.set(path, event.currentTarget.value)}
      ></textarea>`}
  <//>`;
}

/** @param {Control & { min?: number, max?: number, step?: string }} props */
export function NumberField({ form, path, label, hint, min = 0, max, step = "1" }) {
  const [typed, setTyped] = useState(/** @type {string | null} */ (null)); // what is no number yet
  return html`<${Labelled} form=${form} path=${path} label=${label} hint=${hint}>
    ${(/** @type {object} */ control) =>
      html`<input
        ...${control}
        type="number"
        min=${min}
        max=${max}
        step=${step}
        value=${typed ?? form.value(path)}
        onInput=${(/** @type {Typed} */ event) => {
          setTyped(event.currentTarget.value);
          form.set(path, Number(event.currentTarget.value) || 0);
        }}
        onBlur=${() => setTyped(null)}
      />`}
  <//>`;
}

/** @param {Control & { options: Record<string, string> }} props  options by value */
export function Choice({ form, path, label, hint, options }) {
  return html`<${Labelled} form=${form} path=${path} label=${label} hint=${hint} kind="form-select">
    ${(/** @type {object} */ control) =>
      html`<select
        ...${control}
        value=${form.value(path)}
        disabled=${form.readOnly}
        onChange=${(/** @type {Typed} */ event) => form.set(path, event.currentTarget.value)}
      >
        ${Object.entries(options).map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
      </select>`}
  <//>`;
}

/** @param {Control} props */
export function Toggle({ form, path, label, hint }) {
  const id = useId();
  return html`<div class="settings-toggle form-check">
    <input
      class="form-check-input"
      type="checkbox"
      id=${id}
      checked=${form.value(path)}
      disabled=${form.readOnly}
      aria-describedby=${hint ? `${id}-note` : undefined}
      onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => form.set(path, event.currentTarget.checked)}
    />
    <label class="form-check-label" for=${id}>${label}</label>
    ${hint && html`<p class="form-text" id=${`${id}-note`}>${hint}</p>`}
  </div>`;
}

/**
 * A list written in one line, such as opening hours; what is typed stays as it is until the field is left.
 * @param {Control & { placeholder?: string }} props
 */
export function ListField({ form, path, label, hint, placeholder }) {
  const [typed, setTyped] = useState(/** @type {string | null} */ (null));
  const items = form.value(path) ?? [];
  return html`<${Labelled} form=${form} path=${path} label=${label} hint=${hint}>
    ${(/** @type {object} */ control) =>
      html`<input
        ...${control}
        type="text"
        value=${typed ?? items.join(", ")}
        placeholder=${placeholder}
        autocomplete="off"
        onInput=${(/** @type {Typed} */ event) => {
          setTyped(event.currentTarget.value);
          form.set(path, split(event.currentTarget.value));
        }}
        onBlur=${() => setTyped(null)}
      />`}
  <//>`;
}

/**
 * Rows that can be added and taken away.
 * @param {object} props
 * @param {Form} props.form
 * @param {string} props.path
 * @param {string} props.name  what one row is
 * @param {string} props.add  what the button says
 * @param {unknown} props.empty  a new row's value
 * @param {(path: string, index: number) => ComponentChildren} props.children
 */
export function Rows({ form, path, name, add, empty, children }) {
  const rows = /** @type {unknown[]} */ (form.value(path) ?? []);
  return html`<div class="settings-rows">
    ${rows.map(
      (_row, index) =>
        html`<div class="settings-row" role="group" aria-label=${`${name} ${index + 1}`} key=${index}>
          <div class="settings-row-fields">${children(`${path}.${index}`, index)}</div>
          ${
            !form.readOnly &&
            html`<button
              type="button"
              class="icon-button"
              aria-label=${texts.settings.remove(`${name} ${index + 1}`)}
              onClick=${() => form.set(path, rows.filter((_other, place) => place !== index))}
            >
              <${Icon} name="trash" />
            </button>`
          }
        </div>`,
    )}
    ${
      !form.readOnly &&
      html`<button type="button" class="btn btn-quiet btn-sm settings-add" onClick=${() => form.set(path, [...rows, empty])}>
        <${Icon} name="plus" />${add}
      </button>`
    }
    ${form.problem(path) && html`<p class="settings-problem" role="alert">${form.problem(path)}</p>`}
  </div>`;
}

/** @param {Control & { kind?: string, children: (control: object) => ComponentChildren }} props */
function Labelled({ form, path, label, hint, wide = false, kind = "form-control", children }) {
  const id = useId();
  const problem = form.problem(path);
  const control = {
    id,
    name: path,
    class: `${kind} ${problem ? "is-invalid" : ""}`,
    readonly: form.readOnly,
    "aria-invalid": problem ? "true" : undefined,
    "aria-describedby": problem || hint ? `${id}-note` : undefined,
  };
  return html`<div class=${`settings-field ${wide ? "settings-field-wide" : ""}`}>
    <label class="form-label" for=${id}>${label}</label>
    ${children(control)}
    ${(problem || hint) && html`<p class=${problem ? "invalid-feedback" : "form-text"} id=${`${id}-note`}>${problem ?? hint}</p>`}
  </div>`;
}

/** @param {string} text */
function split(text) {
  return text
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter(Boolean);
}
