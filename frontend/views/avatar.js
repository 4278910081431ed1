// A person's initials on a colour that stays theirs.
import { html } from "../lib/html.js";
import { Icon } from "./icon.js";

const COLOURS = 8; // .avatar-0 to .avatar-7

/** @param {{ id: string, name: string, large?: boolean }} props */
export function Avatar({ id, name, large = false }) {
  const letters = initials(name);
  return html`<span class=${`avatar avatar-${colour(id)} ${large ? "avatar-large" : ""}`} aria-hidden="true">
    ${letters || html`<${Icon} name="person" />`}
  </span>`;
}

// A name that is a phone number has no initials.
/** @param {string} name */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => [...word][0].toLocaleUpperCase()).join("");
}

/** @param {string} id */
function colour(id) {
  return [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7) % COLOURS;
}
