// One line of the list.
import { useRef } from "preact/hooks";
import { isFailure, isUnanswered } from "../data/state/filters.js";
import { html } from "../lib/html.js";
import { personName, shownName } from "../lib/names.js";
import { linkTo } from "../lib/navigation.js";
import { awake } from "../lib/pause.js";
import { can } from "../lib/roles.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime, listTime, soonTime } from "../lib/times.js";
import { Avatar, initials } from "./avatar.js";
import { sortingItems } from "./conversation_menu.js";
import { Icon } from "./icon.js";
import { kindIcon, previewText } from "./kinds.js";
import { Menu } from "./menu.js";

/** @import { Attention, Conversation, FirstActions, Label, LastMessage, Me } from "../data/types.js" */

const LONG_PRESS_MS = 500;

/**
 * @param {object} props
 * @param {Conversation} props.conversation
 * @param {boolean} props.open
 * @param {string | undefined} props.draft
 * @param {boolean} props.tabStop
 * @param {boolean} props.selecting  whether some conversations are selected
 * @param {boolean} props.selected
 * @param {Label[]} props.labels
 * @param {Me} props.me
 * @param {Date} props.now
 * @param {FirstActions} props.actions
 */
export function ConversationItem({ conversation, open, draft, tabStop, selecting, selected, labels, me, now, actions }) {
  const { id, name, last_message: last, attention } = conversation;
  const person = shownName(conversation);
  const maySort = can(me.role, "agent");
  const select = () => maySort && actions.toggleSelected(id);
  const press = useLongPress(select);

  /** @param {MouseEvent} event */
  function onClick(event) {
    if (!press.wasLong() && !selecting && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (!press.wasLong()) select();
  }

  return html`<li class=${`row ${selected ? "row-selected" : ""} ${selecting ? "row-selecting" : ""}`}>
    <a
      class=${`item ${isNews(conversation) ? "item-unread" : ""}`}
      href=${linkTo(id)}
      tabindex=${tabStop ? 0 : -1}
      aria-current=${open ? "true" : undefined}
      data-testid="conversation-item"
      data-id=${id}
      onClick=${onClick}
      ...${press.handlers}
    >
      <${Avatar} id=${id} name=${name} />
      <span class="item-name" dir="auto">${person}</span>
      ${last && html`<time class="item-time" datetime=${last.at} title=${fullTime(last.at)}>${listTime(last.at, now)}</time>`}
      <span class="item-preview"><${Reason} attention=${attention} now=${now} />${draft ? html`<${Draft} text=${draft} />` : html`<${Preview} last=${shownMessage(conversation)} />`}</span>
      <span class="item-marks"><${Marks} conversation=${awake(conversation, now)} labels=${labels} /></span>
    </a>
    ${maySort && html`<${Tools} conversation=${conversation} me=${me} selected=${selected} tabStop=${tabStop} onSelect=${select} actions=${actions} />`}
  </li>`;
}

/**
 * Choosing the conversation, and what is done with it at once.
 * @param {{ conversation: Conversation, me: Me, selected: boolean, tabStop: boolean, onSelect: () => void, actions: FirstActions }} props
 */
function Tools({ conversation, me, selected, tabStop, onSelect, actions }) {
  const { id, attention } = conversation;
  const person = shownName(conversation);
  return html`<input
    type="checkbox"
    class="row-check"
    tabindex=${tabStop ? 0 : -1}
    aria-label=${texts.sorting.selectOne(person)}
    checked=${selected}
    onChange=${onSelect}
  />
  <div class="row-tools">
    ${
      attention &&
      html`<button
        type="button"
        class="icon-button"
        tabindex=${tabStop ? 0 : -1}
        title=${texts.rowActions.dismissLong}
        aria-label=${texts.rowActions.dismissFor(person)}
        data-testid="item-done"
        onClick=${() => actions.markDone([id])}
      >
        <${Icon} name="tick" />
      </button>`
    }
    <${Menu} floating label=${texts.sorting.menuFor(person)} tabStop=${tabStop} items=${sortingItems(conversation, me, actions)} />
  </div>`;
}

/**
 * Whether somebody should read it: what the assistant or staff answered already does not shout.
 * @param {Conversation} conversation
 */
function isNews(conversation) {
  const { unread, marked_unread: marked } = conversation;
  return marked || (unread > 0 && isUnanswered(conversation));
}

/**
 * The customer's last words while somebody has to look at them, else the last of anybody's.
 * @param {Conversation} conversation
 */
function shownMessage({ unread, attention, last_message: last, last_inbound: inbound }) {
  return unread > 0 || attention ? (inbound ?? last) : last;
}

/** @param {() => void} onLongPress  by a finger */
function useLongPress(onLongPress) {
  const timer = useRef(/** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined));
  const long = useRef(false);
  const end = () => clearTimeout(timer.current);

  /** @param {PointerEvent} event */
  function onPointerDown({ pointerType }) {
    long.current = false;
    if (pointerType !== "touch") return;
    timer.current = setTimeout(() => {
      long.current = true;
      onLongPress();
    }, LONG_PRESS_MS);
  }

  /** @param {Event} event */
  function onContextMenu(event) {
    if (long.current) event.preventDefault();
  }

  const handlers = { onPointerDown, onContextMenu, onPointerUp: end, onPointerCancel: end, onPointerMove: end };
  return { handlers, wasLong: () => long.current };
}

/** @param {{ attention: Attention | null, now: Date }} props */
function Reason({ attention, now }) {
  if (!attention) return null;
  const { reason, at } = attention;
  const why = wordFor(texts.attentionShort, reason) ?? texts.attentionShort.other;
  const whole = wordFor(texts.attention, reason) ?? texts.attention.other;
  return html`<span class=${`item-reason ${isFailure(reason) ? "item-reason-failed" : ""}`} title=${whole}>${why}<span class="visually-hidden"> ${listTime(at, now)}</span></span>`;
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

/** @param {{ conversation: Conversation, labels: Label[] }} props */
function Marks({ conversation, labels }) {
  const { paused, blocked, opted_out: optedOut, assignee, snoozed_until: snoozed } = conversation;
  return html`<${LabelDots} names=${conversation.labels} labels=${labels} />
  ${snoozed && html`<${Flag} icon="clock" text=${texts.sorting.snoozed(soonTime(snoozed))} />`}
  ${blocked && html`<${Flag} icon="ban" text=${texts.list.blockedMark} />`}
  ${optedOut && html`<${Flag} icon="mute" text=${texts.list.optedOutMark} />`}
  ${paused && html`<${Flag} icon="pause" text=${texts.list.pausedMark} />`}
  ${assignee && html`<${Assignee} email=${assignee} />`}
  <${UnreadMark} conversation=${conversation} />`;
}

/** @param {{ icon: "clock" | "ban" | "mute" | "pause", text: string }} props */
function Flag({ icon, text }) {
  return html`<span class=${`flag flag-${icon}`} title=${text}><${Icon} name=${icon} label=${text} /></span>`;
}

/** @param {{ names: string[], labels: Label[] }} props */
function LabelDots({ names, labels }) {
  if (!names.length) return null;
  const text = names.join(", ");
  return html`<span class="label-dots" title=${text}>
    <span class="visually-hidden">${texts.sorting.labels}: ${text}</span>
    ${names.slice(0, MAX_DOTS).map((name) => html`<span key=${name} class=${`label-dot label-${colorOf(name, labels)}`}></span>`)}
  </span>`;
}

const MAX_DOTS = 4;

/**
 * @param {string} name
 * @param {Label[]} labels
 */
function colorOf(name, labels) {
  return labels.find((label) => label.name === name)?.color ?? "grey";
}

/** @param {{ email: string }} props */
function Assignee({ email }) {
  const text = texts.sorting.assigned(personName(email));
  return html`<span class="assignee" title=${text}>
    <span aria-hidden="true">${initials(personName(email))}</span><span class="visually-hidden">${text}</span>
  </span>`;
}

/** @param {{ conversation: Conversation }} props */
function UnreadMark({ conversation }) {
  const { unread, marked_unread: marked } = conversation;
  if (!unread && !marked) return null;
  const text = unread ? texts.list.unreadCount(unread) : texts.sorting.markedUnread;
  if (!unread || !isUnanswered(conversation))
    return html`<span class=${marked ? "unread-dot unread-dot-full" : "unread-dot"} title=${text} data-testid="unread-dot"><span class="visually-hidden">${text}</span></span>`;
  return html`<span class="unread-badge" data-testid="unread">
    <span aria-hidden="true">${unread > 99 ? "99+" : unread}</span>
    <span class="visually-hidden">${text}</span>
  </span>`;
}
