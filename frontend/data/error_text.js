// What a call to the API rejected with, as words for people.
import { texts, wordFor } from "../lib/texts.js";
import { ApiError, ValidationError } from "./api.js";

/**
 * Our own words for the codes we know, else the server's, else a general sentence.
 * @param {unknown} error
 */
export function errorText(error) {
  if (!(error instanceof ApiError)) return texts.errors.server;
  const known = wordFor(texts.errors, error.code);
  return known ?? (error.message && error.status < 500 ? error.message : texts.errors.server);
}

/**
 * The same for somebody who comes in: being forbidden means not being on the list of staff.
 * @param {unknown} error
 */
export function admissionErrorText(error) {
  const isStranger = error instanceof ApiError && error.code === "forbidden";
  return isStranger ? texts.signIn.notStaff : errorText(error);
}

/**
 * What is wrong with a refused field: our own words where we have them, else the server's.
 * @param {unknown} error
 * @param {string} name
 */
export function fieldErrorText(error, name) {
  const message = error instanceof ValidationError ? error.fields[name] : undefined;
  return message && (wordFor(texts.fieldErrors, name) ?? message);
}
