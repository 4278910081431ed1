// What conversations and people are called on the page.
import { texts } from "./texts.js";

/**
 * A member of staff by the address they sign in with: "giulia.bianchi@example.com" is Giulia Bianchi.
 * @param {string | null} email
 */
export function personName(email) {
  const words = (email ?? "").split("@")[0].split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join(" ");
}

/**
 * The name to show.
 * @param {{ name: string }} conversation
 */
export function shownName({ name }) {
  return name || texts.unknownName;
}
