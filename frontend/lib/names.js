// What a conversation is called on the page.
import { texts } from "./texts.js";

/**
 * The name to show.
 * @param {{ name: string }} conversation
 */
export function shownName({ name }) {
  return name || texts.unknownName;
}
