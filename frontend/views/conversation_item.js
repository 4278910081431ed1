// One line of the list.
import { html } from "../lib/html.js";
import { shownName } from "../lib/names.js";
import { linkTo } from "../lib/navigation.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icon.js";
import { kindIcon, previewText } from "./kinds.js";

/** @import { Conversation, LastMessage } from "../data/types.js" */

/** @param {{ conversation: Conversation, open: boolean, draft: string | undefined, tabStop: boolean, now: Date, onDismiss: () => void }} props */
export function ConversationItem({ conversation, open, draft, tabStop, now, onDismiss }) {
  const { id, name, unread, last_message: last } = conversation;
  return html`<li>
    <a
      class=${`item ${unread > 0 ? "item-unread" : ""}`}
      href=${linkTo(id)}
      tabindex=${tabStop ? 0 : -1}
      aria-current=${open ? "true" : undefined}
      data-testid="conversation-item"
      data-id=${id}
    >
      <${Avatar} id=${id} name=${name} />
      <span class="item-name" dir="auto">${shownName(conversation)}</span>
      ${last && html`<time class="item-time" datetime=${last.at} title=${fullTime(last.at)}>${listTime(last.at, now)}</time>`}
      <span class="item-preview"><${Reason} attention=${conversation.attention} />${draft ? html`<${Draft} text=${draft} />` : html`<${Preview} last=${last} />`}</span>
      <span class="item-marks"><${Marks} conversation=${conversation} /></span>
    </a>
    ${
      conversation.attention &&
      html`<button
        type="button"
        class="icon-button item-done"
        title=${texts.actions.dismissLong}
        aria-label=${texts.actions.dismissFor(shownName(conversation))}
        data-testid="item-done"
        onClick=${onDismiss}
      >
        <${Icon} name="tick" />
      </button>`
    }
  </li>`;
}

/** @param {{ attention: Conversation["attention"] }} props */
function Reason({ attention }) {
  if (!attention) return null;
  const why = wordFor(texts.attentionShort, attention.reason) ?? texts.attentionShort.other;
  return html`<span class="item-reason" title=${wordFor(texts.attention, attention.reason) ?? texts.attention.other}>${why}</span>`;
}

/** @param {{ text: string }} props */
function Draft({ text }) {
  return html`<${Icon} name="edit" class="item-draft" /><span class="item-preview-text" dir="auto">${text}</span>`;
}

/** @param {{ last: LastMessage | null }} props */
function Preview({ last }) {
  if (!last) return html`<span class="item-preview-text">${texts.list.noMessage}</span>`;
  const icon = kindIcon(last.kind);
  return html`<${Author} author=${last.author} />
    ${icon && html`<${Icon} name=${icon} />`}
    <span class="item-preview-text" dir="auto">${previewText(last)}</span>`;
}

/** @param {{ author: string }} props */
function Author({ author }) {
  if (author === "assistant") return html`<${Icon} name="spark" label=${texts.list.assistantPrefix} />`;
  if (author === "staff") return html`<${Icon} name="staff" label=${texts.list.staffPrefix} />`;
  return null;
}

/** @param {{ conversation: Conversation }} props */
function Marks({ conversation }) {
  const { paused, blocked, opted_out: optedOut, unread } = conversation;
  return html`${blocked && html`<span class="flag" title=${texts.list.blockedMark}><${Icon} name="ban" label=${texts.list.blockedMark} /></span>`}
  ${optedOut && html`<span class="flag" title=${texts.list.optedOutMark}><${Icon} name="mute" label=${texts.list.optedOutMark} /></span>`}
  ${paused && html`<span class="flag flag-paused" title=${texts.list.pausedMark}><${Icon} name="pause" label=${texts.list.pausedMark} /></span>`}
  ${
    unread > 0 &&
    html`<span class="unread-badge" data-testid="unread">
      <span aria-hidden="true">${unread > 99 ? "99+" : unread}</span>
      <span class="visually-hidden">${texts.list.unreadCount(unread)}</span>
    </span>`
  }`;
}
