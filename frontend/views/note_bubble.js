// A note of staff among the messages of a chat, where it was written in time; the customer never sees it.
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { texts } from "../lib/texts.js";
import { clockTime, fullTime } from "../lib/times.js";
import { Icon } from "./icon.js";
import { RichText } from "./rich_text.js";

/** @import { Note, ShownMessage } from "../data/types.js" */

/**
 * Messages with the notes among them, in the order of time; older notes come with the older messages.
 * @param {ShownMessage[]} messages
 * @param {Note[]} notes
 * @param {boolean} complete  whether there are no older messages
 */
export function withNotes(messages, notes, complete) {
  const from = complete ? "" : (messages[0]?.at ?? "");
  const shown = notes.filter(({ at }) => at >= from).map(asMessage);
  if (!shown.length) return messages;
  return [...messages, ...shown].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** @param {{ message: ShownMessage }} props */
export function NoteBubble({ message }) {
  const { id, text, at, author_name: author, for_assistant: isTold } = message;
  return html`<li class="message message-note" data-key=${id} data-message=${id} tabindex="-1">
    <article class="bubble bubble-note" data-testid="bubble-note">
      <p class="bubble-author bubble-author-note">
        <${Icon} name="note" /><span>${texts.notes.one} · ${personName(author) || texts.notes.somebody} · <time datetime=${at} title=${fullTime(at)}>${clockTime(at)}</time></span>
        ${isTold && html`<span title=${texts.notes.told}><${Icon} name="spark" label=${texts.notes.told} /></span>`}
      </p>
      <p class="bubble-text" dir="auto"><${RichText} text=${text} /></p>
    </article>
  </li>`;
}

/**
 * @param {Note} note
 * @returns {ShownMessage}
 */
function asMessage({ id, conversation_id, text, author, for_assistant, at }) {
  return {
    id,
    conversation_id,
    client_message_id: null,
    direction: "out",
    author: "note",
    author_name: author,
    kind: "note",
    text,
    for_assistant,
    status: "accepted",
    error: null,
    media: null,
    at,
    created_at: at,
    updated_at: at,
  };
}
