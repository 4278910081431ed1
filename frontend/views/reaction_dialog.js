// Any emoji as a reaction to a message.
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Dialog } from "./dialog.js";
import { EmojiPicker } from "./emoji_picker.js";

/** @param {{ onChoose: (emoji: string) => void, onClose: () => void }} props */
export function ReactionDialog({ onChoose, onClose }) {
  /** @param {string} emoji */
  function choose(emoji) {
    onClose();
    onChoose(emoji);
  }

  return html`<${Dialog} title=${texts.emoji.react} testId="reaction-dialog" onClose=${onClose}>
    <${EmojiPicker} onChoose=${choose} />
  <//>`;
}
