// Approved templates: choose one, fill in its values, see what the customer will get, send it.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { focusIn } from "../lib/focus.js";
import { html } from "../lib/html.js";
import { matching } from "../lib/template_text.js";
import { texts, wordFor } from "../lib/texts.js";
import { Dialog } from "./dialog.js";
import { Empty, Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { TemplateForm } from "./template_form.js";

/** @import { Template, TemplateBody, TemplatesState } from "../data/types.js" */

/**
 * onSend rejects with the API's error.
 * @param {object} props
 * @param {TemplatesState} props.templates
 * @param {() => void} props.onLoad
 * @param {(body: TemplateBody) => Promise<void>} props.onSend
 * @param {() => void} props.onClose
 */
export function TemplateDialog(props) {
  return html`<${Dialog} title=${texts.templates.title} testId="templates" wide onClose=${props.onClose}>
    <${TemplatePicker} ...${props} />
  <//>`;
}

/**
 * The choice and its form, for a dialog.
 * @param {object} props
 * @param {TemplatesState} props.templates
 * @param {boolean} [props.keepsFocus]  whether the focus stays where it is when the list comes
 * @param {() => void} props.onLoad
 * @param {(body: TemplateBody) => Promise<void>} props.onSend
 * @param {() => void} props.onClose
 */
export function TemplatePicker({ templates, keepsFocus = false, onLoad, onSend, onClose }) {
  const [chosen, setChosen] = useState(/** @type {Template | null} */ (null));
  const [query, setQuery] = useState("");
  const [left, setLeft] = useState(/** @type {Template | null} */ (null)); // the one that was looked at last
  useEffect(() => {
    onLoad();
  }, []);

  function goBack() {
    setLeft(chosen);
    setChosen(null);
  }

  /** @param {TemplateBody} body */
  async function send(body) {
    await onSend(body);
    onClose();
  }

  if (chosen)
    return html`<${TemplateForm} key=${keyOf(chosen)} template=${chosen} onBack=${goBack} onSend=${send} onClose=${onClose} />`;
  return html`<${Chooser}
    templates=${templates}
    query=${query}
    last=${left}
    focused=${!left && !keepsFocus}
    onQuery=${setQuery}
    onLoad=${onLoad}
    onChoose=${setChosen}
  />`;
}

/**
 * @param {object} props
 * @param {TemplatesState} props.templates
 * @param {string} props.query
 * @param {Template | null} props.last
 * @param {boolean} props.focused  whether the search takes the focus
 * @param {(query: string) => void} props.onQuery
 * @param {() => void} props.onLoad
 * @param {(template: Template) => void} props.onChoose
 */
function Chooser({ templates, query, last, focused, onQuery, onLoad, onChoose }) {
  const { items, hint, error } = templates;
  if (!items) return error ? html`<${Failed} title=${texts.templates.failed} error=${error} onRetry=${onLoad} />` : html`<${Loading} />`;
  if (!items.length) return html`<${None} hint=${hint} />`;
  return html`<div class="templates">
    <p class="templates-lead">${texts.templates.lead}</p>
    <${Search} query=${query} onQuery=${onQuery} focused=${focused} />
    <${Found} found=${matching(items, query)} last=${last} onChoose=${onChoose} />
  </div>`;
}

/** @param {{ hint: string | null }} props */
function None({ hint }) {
  const [title, why] = hint
    ? [texts.templates.notSetUp, texts.templates.notSetUpHint]
    : [texts.templates.none, texts.templates.noneHint];
  return html`<${Empty} icon="layout" title=${title} hint=${why} />`;
}

/** @param {{ query: string, onQuery: (query: string) => void, focused: boolean }} props */
function Search({ query, onQuery, focused }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    // The list may come after the dialog, which gives the focus to what is there when it opens.
    if (focused) field.current?.focus();
  }, []);
  return html`<div class="search" role="search">
    <${Icon} name="search" />
    <label class="visually-hidden" for=${id}>${texts.templates.search}</label>
    <input
      ref=${field}
      type="text"
      inputmode="search"
      id=${id}
      autocomplete="off"
      placeholder=${texts.templates.search}
      value=${query}
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => onQuery(event.currentTarget.value)}
    />
  </div>`;
}

/** @param {{ found: Template[], last: Template | null, onChoose: (template: Template) => void }} props */
function Found({ found, last, onChoose }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // Back from a template, the focus is where it was.
    if (last) focusIn(list.current, "[data-last]");
  }, []);
  if (!found.length) return html`<p class="templates-none" role="status">${texts.templates.noMatch}</p>`;
  return html`<ul class="templates-list" ref=${list}>
    ${found.map(
      (template) => html`<li key=${keyOf(template)}>
        <button
          type="button"
          class="template-item"
          data-testid="template"
          data-last=${last && keyOf(last) === keyOf(template) ? "true" : undefined}
          onClick=${() => onChoose(template)}
        >
          <span class="template-name">${template.name}</span>
          <span class="template-kind">${kindOf(template)}</span>
          <span class="template-text" dir="auto">${template.body}</span>
        </button>
      </li>`,
    )}
  </ul>`;
}

/** @param {Template} template */
function keyOf({ name, language }) {
  return `${name} ${language}`;
}

/** @param {Template} template */
function kindOf({ category, language }) {
  return [wordFor(texts.templates.categories, category) ?? category, languageName(language)].filter(Boolean).join(" · ");
}

/** @param {string} code */
function languageName(code) {
  try {
    return new Intl.DisplayNames(texts.locale, { type: "language" }).of(code.replace("_", "-"));
  } catch {
    return code;
  }
}
