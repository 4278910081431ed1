// Templates: their texts with the values that staff type, and those values as the API takes them. Pure functions.

const PLACEHOLDER = /\{\{\s*([^{}\s]+)\s*\}\}/g;
const NUMBERED = /^\d+$/;

/** What a parameter is known by within its template. */
export function parameterKey({ component, name }) {
  return `${component}.${name}`;
}

/** The text of a component in pieces: a string, or { name, value } where a value belongs. */
export function pieces(text, component, values) {
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

/** The values as the API takes them: by component, a list of numbered ones or an object of named ones. */
export function parametersOf(template, values) {
  const byComponent = Object.groupBy(template.parameters, ({ component }) => component);
  return Object.fromEntries(
    Object.entries(byComponent).map(([component, parameters]) => [component, valuesOf(parameters, values)]),
  );
}

function valuesOf(parameters, values) {
  const entries = parameters.map((parameter) => [parameter.name, (values[parameterKey(parameter)] ?? "").trim()]);
  if (entries.every(([name]) => NUMBERED.test(name)))
    return entries.sort(([one], [other]) => one - other).map(([, value]) => value);
  return Object.fromEntries(entries);
}

/** The keys of the parameters that still have no value. */
export function missingValues(template, values) {
  return template.parameters.map(parameterKey).filter((key) => !values[key]?.trim());
}

/** The templates in which every word of the query occurs. */
export function matching(templates, query) {
  const words = query.toLowerCase().split(/[\s_]+/).filter(Boolean);
  return templates.filter(({ name, header, body, footer }) => {
    const text = [name, header, body, footer].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
