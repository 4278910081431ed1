// A person's initials on a colour that stays theirs.
import { html } from "../html.js";
import { Icon } from "./icon.js";

const COLOURS = 8; // .avatar-0 to .avatar-7

export function Avatar({ id, name, large = false }) {
  const letters = initials(name);
  return html`<span class=${`avatar avatar-${colour(id)} ${large ? "avatar-large" : ""}`} aria-hidden="true">
    ${letters || html`<${Icon} name="person" />`}
  </span>`;
}

// A name that is a phone number has no initials.
function initials(name) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...word][0].toLocaleUpperCase()).join("");
}

function colour(id) {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 65_521, 7) % COLOURS;
}
