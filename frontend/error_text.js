// An API error as words for people.
import { texts, wordFor } from "./texts.js";

/** Our own words for the codes we know, else the server's, else a general sentence. */
export function errorText(error) {
  const known = wordFor(texts.errors, error.code);
  return known ?? (error.message && error.status < 500 ? error.message : texts.errors.server);
}

/** The same for somebody who comes in: being forbidden means not being on the list of staff. */
export function admissionErrorText(error) {
  return error.code === "forbidden" ? texts.signIn.notStaff : errorText(error);
}

/** What is wrong with a refused field: our own words where we have them, else the server's. */
export function fieldErrorText(error, name) {
  const message = error.fields?.[name];
  return message && (wordFor(texts.errors.fields, name) ?? message);
}
