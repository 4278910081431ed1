// What a business decides, section by section.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Choice, ListField, NumberField, Rows, TextArea, TextField, Toggle } from "./settings_form.js";

/**
 * @import { ComponentChildren } from "preact"
 * @import { CollectedField } from "../data/types.js"
 * @import { Form } from "./settings_form.js"
 * @typedef {{ id: string, title: string, lead?: string, content: (form: Form) => ComponentChildren }} Section
 */

const words = texts.settings;
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MAX_INFORMATION = 20_000;
const MAX_PAUSE_MINUTES = 10_080;

/** @type {Section[]} */
export const SECTIONS = [
  { id: "business", title: words.sections.business, content: business },
  { id: "hours", title: words.sections.hours, lead: words.hoursLead, content: hours },
  { id: "knowledge", title: words.sections.knowledge, lead: words.knowledgeLead, content: knowledge },
  { id: "voice", title: words.sections.voice, content: voice },
  { id: "first", title: words.sections.first, lead: words.firstLead, content: first },
  { id: "fields", title: words.sections.fields, lead: words.fieldsLead, content: fields },
  { id: "handover", title: words.sections.handover, lead: words.handoverLead, content: handover },
  { id: "inbox", title: words.sections.inbox, lead: words.inboxLead, content: inbox },
  { id: "budget", title: words.sections.budget, lead: words.budgetLead, content: budget },
];

/** @param {Form} form */
function business(form) {
  return html`
    <${TextField} form=${form} path="business.name" label=${words.name} />
    <${TextField} form=${form} path="business.description" label=${words.description} hint=${words.descriptionHint} max=${2_000} />
    <${TextArea} form=${form} path="business.address" label=${words.address} rows=${2} />
    <p class="settings-list-title">${words.links}</p>
    <${Rows} form=${form} path="business.links" name=${words.link} add=${words.addLink} empty=${{ label: "", url: "" }}>
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${form} path=${`${path}.label`} label=${words.linkLabel} />
        <${TextField} form=${form} path=${`${path}.url`} label=${words.linkUrl} type="url" placeholder="https://" max=${2_000} />
      `}
    <//>
  `;
}

/** @param {Form} form */
function hours(form) {
  return html`
    <div class="settings-week">
      ${WEEKDAYS.map(
        (day) =>
          html`<${ListField}
            key=${day}
            form=${form}
            path=${`business.hours.weekly.${day}`}
            label=${words.weekdays[day]}
            placeholder=${words.closed}
          />`,
      )}
    </div>
    <p class="settings-list-title">${words.specialDays}</p>
    <${Rows}
      form=${form}
      path="business.hours.special_days"
      name=${words.specialDay}
      add=${words.addSpecialDay}
      empty=${{ day: "", until: null, hours: [], note: "" }}
    >
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${form} path=${`${path}.day`} label=${words.day} type="date" />
        <${TextField} form=${untilForm(form)} path=${`${path}.until`} label=${words.until} type="date" />
        <${ListField} form=${form} path=${`${path}.hours`} label=${words.hours} placeholder=${words.closed} />
        <${TextField} form=${form} path=${`${path}.note`} label=${words.note} />
      `}
    <//>
    <div class="settings-pair">
      <${Choice} form=${form} path="business.hours.holidays" label=${words.holidays} options=${holidayOptions(form)} />
      <${TextField} form=${form} path="business.time_zone" label=${words.timeZone} hint=${words.timeZoneHint} />
    </div>
  `;
}

/** @param {Form} form */
function knowledge(form) {
  return html`
    <${TextArea} form=${form} path="business.information" label=${words.information} hint=${words.informationHint} rows=${8} max=${MAX_INFORMATION} />
    <p class="settings-list-title">${words.questions}</p>
    <${Rows} form=${form} path="business.questions" name=${words.question} add=${words.addQuestion} empty=${{ question: "", answer: "" }}>
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${form} path=${`${path}.question`} label=${words.question} max=${500} />
        <${TextArea} form=${form} path=${`${path}.answer`} label=${words.answer} rows=${2} />
      `}
    <//>
  `;
}

/** @param {Form} form */
function voice(form) {
  return html`
    <${Choice} form=${form} path="business.address_form" label=${words.addressForm} hint=${words.addressFormHint} options=${words.addressForms} />
    <${TextArea} form=${form} path="business.tone" label=${words.tone} rows=${2} />
    <${TextArea} form=${form} path="business.may_promise" label=${words.mayPromise} rows=${2} />
    <${TextArea} form=${form} path="business.may_not_promise" label=${words.mayNotPromise} rows=${2} />
    <${TextArea} form=${form} path="instructions" label=${words.instructions} hint=${words.instructionsHint} rows=${5} max=${MAX_INFORMATION} />
  `;
}

/** @param {Form} form */
function first(form) {
  return html`
    ${Object.entries(words.languages).map(
      ([language, label]) =>
        html`<${TextArea} key=${language} form=${textForm(form)} path=${`first_contact.${language}`} label=${label} rows=${2} />`,
    )}
    <${TextField} form=${form} path="privacy.notice_url" label=${words.notice} hint=${words.noticeHint} type="url" placeholder="https://" max=${2_000} />
    <p class="settings-list-title">${words.kept}</p>
    <p class="settings-lead">${words.keptHint}</p>
    ${Object.entries(words.keptKinds).map(
      ([kind, label]) =>
        html`<${NumberField} key=${kind} form=${form} path=${`privacy.retention.${kind}`} label=${label} min=${1} max=${120} />`,
    )}
    <${NumberField} form=${form} path="privacy.retention.deleted_days" label=${words.keptDeleted} max=${365} />
  `;
}

/** @param {Form} form */
function fields(form) {
  return html`<${Rows} form=${namingForm(form)} path="fields" name=${words.field} add=${words.addField} empty=${NEW_FIELD}>
    ${(/** @type {string} */ path) => html`
      <${TextField} form=${namingForm(form)} path=${`${path}.label`} label=${words.fieldLabel} />
      <${Choice} form=${namingForm(form)} path=${`${path}.type`} label=${words.fieldType} options=${words.fieldTypes} />
      <${Choice} form=${form} path=${`${path}.ask`} label=${words.ask} options=${words.asks} />
      ${
        form.value(`${path}.type`) === "choice" &&
        html`<${ListField} form=${form} path=${`${path}.choices`} label=${words.choices} placeholder="S, M, L" />`
      }
      <${TextField} form=${form} path=${`${path}.description`} label=${words.fieldDescription} wide max=${500} />
    `}
  <//>`;
}

/** @param {Form} form */
function handover(form) {
  return html`
    <${Toggle} form=${form} path="handover.pause" label=${words.pause} hint=${words.pauseHint} />
    ${
      form.value("handover.pause") &&
      html`<${NumberField} form=${form} path="handover.pause_minutes" label=${words.pauseMinutes} hint=${words.pauseMinutesHint} max=${MAX_PAUSE_MINUTES} />`
    }
    <${Choice} form=${form} path="handover.out_of_hours" label=${words.outOfHours} options=${words.outOfHoursOptions} />
  `;
}

/** @param {Form} form */
function inbox(form) {
  return html`
    <${NumberField} form=${form} path="inbox.pause_minutes" label=${words.staffPause} hint=${words.staffPauseHint} max=${MAX_PAUSE_MINUTES} />
    <p class="settings-list-title">${words.labels}</p>
    <${Rows} form=${form} path="inbox.labels" name=${words.conversationLabel} add=${words.addLabel} empty=${{ name: "", color: "grey" }}>
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${form} path=${`${path}.name`} label=${words.labelName} max=${30} />
        <${Choice} form=${form} path=${`${path}.color`} label=${words.labelColor} options=${words.labelColors} />
      `}
    <//>
  `;
}

/** @param {Form} form */
function budget(form) {
  return html`
    <${NumberField} form=${form} path="budget.daily_tokens" label=${words.dailyTokens} hint=${words.dailyTokensHint} step="1000" />
    <p class="settings-list-title">${words.limits}</p>
    <div class="settings-pair">
      <${NumberField} form=${form} path="limits.messages_per_minute" label=${words.perMinute} />
      <${NumberField} form=${form} path="limits.messages_per_day" label=${words.perDay} />
    </div>
    <p class="settings-lead">${words.limitsHint}</p>
    <p class="settings-list-title">${words.prices}</p>
    <${Rows} form=${pricesForm(form)} path="prices" name=${words.price} add=${words.addPrice} empty=${{ model: "", input: 0, cached: 0, output: 0 }}>
      ${(/** @type {string} */ path) => html`
        <${TextField} form=${pricesForm(form)} path=${`${path}.model`} label=${words.model} />
        <${NumberField} form=${pricesForm(form)} path=${`${path}.input`} label=${words.priceInput} step="any" />
        <${NumberField} form=${pricesForm(form)} path=${`${path}.cached`} label=${words.priceCached} step="any" />
        <${NumberField} form=${pricesForm(form)} path=${`${path}.output`} label=${words.priceOutput} step="any" />
      `}
    <//>
  `;
}

/** @type {CollectedField} */
const NEW_FIELD = { name: "", label: "", type: "text", description: "", choices: [], ask: "always" };

/**
 * A last day that is left open.
 * @param {Form} form
 * @returns {Form}
 */
function untilForm(form) {
  return { ...form, value: (path) => form.value(path) ?? "", set: (path, value) => form.set(path, value || null) };
}

/**
 * Texts by language; an empty one is left out.
 * @param {Form} form
 * @returns {Form}
 */
function textForm(form) {
  /** @type {Form["set"]} */
  function set(path, value) {
    const language = path.split(".")[1];
    const others = Object.entries(form.value("first_contact")).filter(([other]) => other !== language);
    form.set("first_contact", Object.fromEntries(value ? [...others, [language, value]] : others));
  }
  return { ...form, set };
}

/**
 * A new field's name follows its label until it is saved; only a choice has choices.
 * @param {Form} form
 * @returns {Form}
 */
function namingForm(form) {
  /** @type {Form["set"]} */
  function set(path, value) {
    const [fieldPath, index, key] = path.split(".");
    if (key === undefined) return form.set(path, value);
    const here = `${fieldPath}.${index}`;
    const field = /** @type {CollectedField} */ (form.value(here));
    const changed = { ...field, [key]: value };
    if (key === "label" && isNamedAfter(field)) changed.name = nameFor(changed.label);
    if (key === "type" && value !== "choice") changed.choices = [];
    return form.set(here, changed);
  }
  return { ...form, set };
}

/** @param {CollectedField} field */
function isNamedAfter({ name, label }) {
  return !name || name === nameFor(label);
}

/** @param {string} label */
function nameFor(label) {
  const plain = label.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
  return (/^[a-z]/.test(slug) ? slug : slug && `x_${slug}`).slice(0, 40);
}

/**
 * Prices as rows; those of the settings are by model.
 * @param {Form} form
 * @returns {Form}
 */
function pricesForm(form) {
  const rows = Object.entries(form.value("budget.prices")).map(([model, price]) => ({ model, ...price }));
  /** @param {string} path */
  const value = (path) => path.split(".").slice(1).reduce((/** @type {any} */ here, name) => here?.[name], rows);
  /** @type {Form["set"]} */
  function set(path, changed) {
    const [, index, key] = path.split(".");
    const after = index === undefined ? /** @type {typeof rows} */ (changed) : rows.map((row, place) => (String(place) === index ? { ...row, [key]: changed } : row));
    form.set("budget.prices", Object.fromEntries(after.map(({ model, ...price }) => [model, price])));
  }
  /** @param {string} path */
  function problem(path) {
    const [, index, key] = path.split(".");
    return index === undefined ? undefined : form.problem(`budget.prices.${rows[Number(index)]?.model}.${key}`);
  }
  return { ...form, value, set, problem };
}

/** @param {Form} form */
function holidayOptions(form) {
  const code = /** @type {string} */ (form.value("business.hours.holidays"));
  const known = words.holidayOptions;
  return code in known ? known : { ...known, [code]: code };
}
