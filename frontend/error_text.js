// An API error as words for people.
import { texts, wordFor } from "./texts.js";

/** Our own words for the codes we know, else the server's, else a general sentence. */
export function errorText(error) {
  const known = wordFor(texts.errors, error.code);
  return known ?? (error.message && error.status < 500 ? error.message : texts.errors.server);
}
