// Templates: their texts with the values that staff type, and those values as the API takes them. Pure functions.

/**
 * @import { Parameter, ParameterValues, Template } from "../data/types.js"
 * @typedef {Record<string, string>} Values  by parameterKey, as they were typed
 * @typedef {string | { name: string, value: string }} Piece
 */

const PLACEHOLDER = /\{\{\s*([^{}\s]+)\s*\}\}/g;
const NUMBERED = /^\d+$/;

/**
 * What a parameter is known by within its template.
 * @param {{ component: string, name: string }} parameter
 */
export function parameterKey({ component, name }) {
  return `${component}.${name}`;
}

/**
 * The text of a component in pieces: a string, or { name, value } where a value belongs.
 * @param {string} text
 * @param {string} component
 * @param {Values} values
 */
export function pieces(text, component, values) {
  /** @type {Piece[]} */
  const found = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) found.push(text.slice(end, match.index));
    const [, name] = match;
    found.push({ name, value: (values[parameterKey({ component, name })] ?? "").trim() });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push(text.slice(end));
  return found;
}

/**
 * The values as the API takes them: by component, a list of numbered ones or an object of named ones.
 * @param {Template} template
 * @param {Values} values
 * @returns {ParameterValues}
 */
export function parametersOf(template, values) {
  const byComponent = Object.groupBy(template.parameters, ({ component }) => component);
  return Object.fromEntries(
    Object.entries(byComponent).map(([component, parameters]) => [component, valuesOf(parameters, values)]),
  );
}

/**
 * @param {Parameter[]} parameters
 * @param {Values} values
 */
function valuesOf(parameters, values) {
  const named = parameters.map((parameter) => ({
    name: parameter.name,
    value: (values[parameterKey(parameter)] ?? "").trim(),
  }));
  if (named.every(({ name }) => NUMBERED.test(name)))
    return named.sort((one, other) => Number(one.name) - Number(other.name)).map(({ value }) => value);
  return Object.fromEntries(named.map(({ name, value }) => [name, value]));
}

/**
 * The keys of the parameters that still have no value.
 * @param {Template} template
 * @param {Values} values
 */
export function missingValues(template, values) {
  return template.parameters.map(parameterKey).filter((key) => !values[key]?.trim());
}

/**
 * The templates in which every word of the query occurs.
 * @param {Template[]} templates
 * @param {string} query
 */
export function matching(templates, query) {
  const words = query.toLowerCase().split(/[\s_]+/).filter(Boolean);
  return templates.filter(({ name, header, body, footer }) => {
    const text = [name, header, body, footer].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
