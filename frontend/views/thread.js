// The messages of a conversation, day by day, and the reader's place among them.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useNow } from "../lib/hooks.js";
import { createScrollManager } from "../lib/scroll_manager.js";
import { inSight, messageKey } from "../data/state/gaps.js";
import { texts } from "../lib/texts.js";
import { dayKey, dayName } from "../lib/times.js";
import { Bubble } from "./bubble.js";
import { Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { useRowWindow } from "./row_window.js";
import { Sentinel } from "./sentinel.js";

/**
 * @import { ShownMessage, Thread as State } from "../data/types.js"
 * @import { ScrollManager } from "../lib/scroll_manager.js"
 * @import { BubbleActions } from "./bubble.js"
 *
 * Going elsewhere in the conversation.
 * @typedef {object} ThreadActions
 * @property {() => void} older  loads what is above
 * @property {() => void} newer  loads what is below, in the past
 * @property {() => void} present  leaves the past for the newest messages
 * @property {() => void} reached  the sought message is in sight
 */

// How a message that was gone to is pointed out.
const SHOWN = { backgroundColor: ["var(--accent-soft)", "var(--accent-soft)", "transparent"] };
const SHOWN_MS = 1_600;
// How a message comes in.
const ARRIVED = { opacity: [0, 1] };
const ARRIVED_MS = 120;

/**
 * @param {object} props
 * @param {State} props.thread
 * @param {boolean} props.writing
 * @param {boolean} props.canSend
 * @param {string | null} props.sought  the message that is being gone to
 * @param {ThreadActions} props.move
 * @param {Omit<BubbleActions, "show" | "sentAgain">} props.on
 */
export function Thread({ thread, writing, canSend, sought, move, on }) {
  const { unreadFrom, gap } = thread;
  const messages = useMemo(() => inSight(thread), [thread.messages, gap]);
  const { scroller, content, list, onScroll, unseen, away, toBottom, show, drawn } = useReadersPlace(
    messages,
    gap !== null,
    move.present,
  );
  useReturnOnWriting(thread, toBottom);
  useLayoutEffect(() => {
    if (!sought || !messages.some(({ id }) => id === sought)) return;
    show(sought);
    move.reached();
  }, [sought, messages]);
  const { from, to, above, below } = drawn;
  const today = dayKey(useNow());
  const rows = useMemo(
    () => rowsOf({ messages, from, to, unreadFrom, canSend, on: { ...on, show } }),
    [messages, from, to, unreadFrom, canSend, today],
  );
  return html`<div class="thread-frame">
    <div class="thread" ref=${scroller} onScroll=${onScroll} data-scroller data-testid="thread" tabindex="0">
      <div class="thread-content" ref=${content}>
        <${Older} thread=${thread} onOlder=${move.older} />
        <ol class="messages" ref=${list} style=${{ paddingBlock: `${above}px ${below}px` }}>${rows}</ol>
        ${gap && html`<${Newer} thread=${thread} onNewer=${move.newer} />`}
        ${writing && !gap && html`<${Writing} />`}
      </div>
    </div>
    ${away && html`<${ToBottom} unseen=${unseen} onChoose=${toBottom} />`}
  </div>`;
}

/**
 * @param {ShownMessage[]} messages
 * @param {boolean} inPast  whether there are newer ones
 * @param {() => void} onPresent
 */
function useReadersPlace(messages, inPast, onPresent) {
  const scroller = useRef(/** @type {HTMLElement | null} */ (null));
  const content = useRef(/** @type {HTMLElement | null} */ (null));
  const manager = useRef(/** @type {ScrollManager | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const lastSeen = useRef(/** @type {string | null} */ (null));
  const [away, setAway] = useState(false);
  const wanted = useRef(/** @type {string | null} */ (null)); // a message to show as soon as it is drawn
  const endsHere = useRef(true);
  const returning = useRef(false); // to the present, whose messages are yet to come
  const last = messages.at(-1);
  endsHere.current = !inPast;
  const keys = useMemo(() => messages.map(messageKey), [messages]);
  const drawn = useRowWindow(keys, scroller, list);
  useFadeIn(keys, list);

  useLayoutEffect(() => {
    if (!scroller.current || !content.current) return undefined;
    manager.current = createScrollManager(scroller.current, () => endsHere.current);
    // Pictures that load and a composer that grows move things, too.
    const observer = new ResizeObserver(() => manager.current?.restore());
    observer.observe(scroller.current);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (last?.local || (returning.current && !inPast)) stayAtBottom();
    else manager.current?.restore();
  }, [messages]);

  useLayoutEffect(() => {
    manager.current?.restore();
    if (wanted.current) show(wanted.current);
    drawn.look();
  }, [keys, drawn.from, drawn.to]);

  useEffect(() => {
    if (!away && !inPast && last) lastSeen.current = messageKey(last);
  }, [messages, away, inPast]);

  function onScroll() {
    setAway(manager.current?.remember() === false);
    drawn.look();
  }

  function toBottom() {
    returning.current = inPast;
    if (inPast) onPresent();
    else stayAtBottom();
  }

  function stayAtBottom() {
    returning.current = false;
    manager.current?.toBottom();
    setAway(false);
  }

  /** @param {string} id */
  function show(id) {
    const item = scroller.current?.querySelector(`[data-message="${CSS.escape(id)}"]`);
    const message = messages.find((each) => each.id === id);
    wanted.current = null;
    if (!item && message) {
      wanted.current = id;
      manager.current?.leave();
      drawn.bring(messageKey(message));
    }
    if (!(item instanceof HTMLElement)) return;
    item.scrollIntoView({ block: "center" });
    manager.current?.hold();
    onScroll();
    item.focus({ preventScroll: true });
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) item.animate(SHOWN, SHOWN_MS);
  }

  return {
    scroller,
    content,
    list,
    drawn,
    onScroll,
    toBottom,
    show,
    away: away || inPast,
    unseen: away && !inPast ? countAfter(messages, lastSeen.current) : 0,
  };
}

/**
 * What comes in at the end comes in gently.
 * @param {string[]} keys
 * @param {{ current: HTMLElement | null }} list
 */
function useFadeIn(keys, list) {
  const before = useRef(/** @type {string | undefined} */ (undefined));
  useLayoutEffect(() => {
    const at = before.current === undefined ? -1 : keys.lastIndexOf(before.current);
    before.current = keys.at(-1);
    if (at < 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const key of keys.slice(at + 1))
      list.current?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.animate(ARRIVED, ARRIVED_MS);
  }, [keys]);
}

/**
 * @param {ShownMessage[]} messages
 * @param {string | null} key
 */
function countAfter(messages, key) {
  const at = messages.findIndex((message) => messageKey(message) === key);
  return at < 0 ? 0 : messages.slice(at + 1).filter((message) => message.direction === "in").length;
}

/**
 * @param {object} given
 * @param {ShownMessage[]} given.messages
 * @param {number} given.from  the first one that is drawn
 * @param {number} given.to  the first one behind them
 * @param {string | null} given.unreadFrom
 * @param {boolean} given.canSend
 * @param {Omit<BubbleActions, "sentAgain">} given.on
 */
function rowsOf({ messages, from, to, unreadFrom, canSend, on }) {
  const known = new Set(messages.map(({ id }) => id));
  const last = messages.findLastIndex(({ kind }) => kind !== "note" && kind !== "system");
  return messages.slice(from, to).flatMap((message, row) => {
    const index = from + row;
    const before = messages[index - 1];
    const key = messageKey(message);
    const newDay = !before || dayKey(before.at) !== dayKey(message.at);
    const first =
      newDay ||
      key === unreadFrom ||
      before.author !== message.author ||
      before.author_name !== message.author_name;
    const sentAgain = wasSentAgain(message, messages, index);
    const sendAgain = canSend && !sentAgain && canBeSentAgain(message) ? on.sendAgain : null;
    const show = known.has(message.quoted?.id ?? "") ? on.show : null;
    const rows = [
      html`<${Bubble} key=${key} message=${message} first=${first} tabStop=${index === last} on=${{ ...on, sendAgain, sentAgain, show }} />`,
    ];
    if (key === unreadFrom)
      rows.unshift(
        html`<li class="separator separator-unread" key="unread"><span>${texts.chat.unreadFrom}</span></li>`,
      );
    if (newDay)
      rows.unshift(
        html`<li class="separator" key=${`day ${dayKey(message.at)}`}><span>${dayName(message.at)}</span></li>`,
      );
    return rows;
  });
}

/** @param {ShownMessage} message */
function canBeSentAgain({ author, status, local, kind, media }) {
  return author === "staff" && status === "failed" && !local && (kind === "text" || Boolean(media?.url));
}

// Whoever sent the text again has done so for everybody who looks.
/**
 * @param {ShownMessage} message
 * @param {ShownMessage[]} messages
 * @param {number} index
 */
function wasSentAgain(message, messages, index) {
  if (message.author !== "staff" || message.status !== "failed" || message.local) return false;
  return messages.slice(index + 1).some((other) => other.author === "staff" && saysTheSame(other, message));
}

/**
 * @param {ShownMessage} one
 * @param {ShownMessage} other
 */
function saysTheSame(one, other) {
  return (
    one.kind === other.kind &&
    one.text === other.text &&
    one.media?.filename === other.media?.filename &&
    one.media?.size === other.media?.size
  );
}

/** @param {{ thread: State, onOlder: () => void }} props */
function Older({ thread, onOlder }) {
  if (thread.loadingOlder) return html`<${Loading} label=${texts.chat.older} />`;
  if (thread.olderError)
    return html`<p class="older-failed" role="alert">
      ${thread.olderError} <button type="button" class="btn btn-link btn-sm" onClick=${onOlder}>${texts.retry}</button>
    </p>`;
  return thread.before && html`<${Sentinel} key=${thread.before} onNear=${onOlder} />`;
}

/** @param {{ thread: State, onNewer: () => void }} props */
function Newer({ thread, onNewer }) {
  if (thread.loadingNewer) return html`<${Loading} label=${texts.chat.newer} />`;
  if (thread.newerError)
    return html`<p class="older-failed" role="alert">
      ${thread.newerError} <button type="button" class="btn btn-link btn-sm" onClick=${onNewer}>${texts.retry}</button>
    </p>`;
  return html`<${Sentinel} key=${thread.gap?.after} onNear=${onNewer} />`;
}

/**
 * Whoever writes while reading the past returns to the present, where the message stands.
 * @param {State} thread
 * @param {() => void} onPresent
 */
function useReturnOnWriting({ messages, gap }, onPresent) {
  const written = messages.findLast(({ local }) => local === "sending")?.client_message_id;
  const before = useRef(written);
  useEffect(() => {
    const isNew = written !== undefined && written !== before.current;
    before.current = written;
    if (isNew && gap) onPresent();
  }, [written]);
}

function Writing() {
  return html`<p class="message message-out message-first" role="status" data-testid="writing">
    <span class="bubble bubble-writing">
      <span class="visually-hidden">${texts.chat.writing}</span>
      <${Icon} name="spark" /><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
    </span>
  </p>`;
}

/** @param {{ unseen: number, onChoose: () => void }} props */
function ToBottom({ unseen, onChoose }) {
  const label = unseen ? texts.chat.newMessages(unseen) : texts.chat.toBottom;
  return html`<button type="button" class="to-bottom" aria-label=${label} data-testid=${unseen ? "new-messages" : "to-bottom"} onClick=${onChoose}>
    ${unseen > 0 && html`<span>${label}</span>`}<${Icon} name="down" />
  </button>`;
}
