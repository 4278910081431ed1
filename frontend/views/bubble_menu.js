// What can be done with a message: a button at its bubble for the mouse, a long press, or Enter on the message itself.
import { useRef } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Menu } from "./menu.js";

/**
 * @import { ShownMessage } from "../data/types.js"
 * @import { BubbleActions } from "./bubble.js"
 * @import { Item, Quick } from "./menu.js"
 */

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const LONG_PRESS_MS = 450;
const STILL_PX = 10; // how far a finger may move in a long press
const DAY_MS = 86_400_000;
const REACTED_TO_FOR_MS = 30 * DAY_MS; // WhatsApp takes no reaction to what is older
const NO_REACTION = new Set(["system", "reaction", "edit", "revoke", "request_welcome"]);
const UNSENT = new Set(["queued", "sending", "failed"]);

/** @param {{ message: ShownMessage, on: BubbleActions }} props */
export function BubbleMenu({ message, on }) {
  return html`<span class="bubble-menu"><${Menu}
    label=${texts.bubbleMenu.label}
    icon="down"
    floating
    tabStop=${false}
    testId="bubble-menu"
    quick=${reactions(message, on)}
    items=${items(message, on)}
  /></span>`;
}

/**
 * @param {ShownMessage} message
 * @param {BubbleActions} on
 * @returns {Quick[]}
 */
function reactions(message, on) {
  const { react } = on;
  if (!react || !takesReaction(message)) return [];
  const chosen = message.staff_reaction?.error ? "" : (message.staff_reaction?.emoji ?? "");
  const others = chosen && !EMOJI.includes(chosen) ? [chosen] : [];
  return [...EMOJI, ...others].map((emoji) => ({
    text: emoji,
    label: emoji === chosen ? texts.bubbleMenu.takeBack(emoji) : texts.bubbleMenu.react(emoji),
    checked: emoji === chosen,
    onChoose: () => react(message, emoji === chosen ? "" : emoji),
  }));
}

/** @param {ShownMessage} message */
function takesReaction({ direction, kind, local, in_group: inGroup, revoked_at: revoked, at }) {
  const isRecent = Date.now() - Date.parse(at) < REACTED_TO_FOR_MS;
  return direction === "in" && !local && !inGroup && !revoked && !NO_REACTION.has(kind) && isRecent;
}

/**
 * @param {ShownMessage} message
 * @param {BubbleActions} on
 * @returns {Item[]}
 */
function items(message, on) {
  const { reply, reactOtherwise, sendAgain } = on;
  const { local, revoked_at: revoked, in_group: inGroup } = message;
  const text = revoked ? "" : message.text || message.transcript || "";
  const canReply = reply && !local && !revoked && !inGroup && !(message.direction === "out" && UNSENT.has(message.status));
  /** @type {(Item | false | null)[]} */
  const all = [
    canReply && { icon: "reply", text: texts.bubbleMenu.reply, onChoose: () => reply(message) },
    reactOtherwise && takesReaction(message) && { icon: "smile", text: texts.emoji.more, onChoose: () => reactOtherwise(message) },
    local === "failed" && { icon: "refresh", text: texts.retry, onChoose: () => on.retry(message) },
    sendAgain && { icon: "refresh", text: texts.outcome.sendAgain, onChoose: () => sendAgain(message) },
    text !== "" && { icon: "copy", text: texts.bubbleMenu.copy, onChoose: () => on.copy(text) },
    !local && { icon: "info", text: texts.bubbleMenu.info, onChoose: () => on.info(message) },
    (local === "failed" || local === "waiting") && {
      icon: "close",
      text: texts.outcome.discard,
      tone: "danger",
      onChoose: () => on.discard(message),
    },
  ];
  return all.filter((item) => item !== false && item !== null);
}

/** Handlers of a message's row that open its menu: for a finger, and for the keyboard, which also moves by them. */
export function useBubbleKeys() {
  const press = useRef(/** @type {{ timer: ReturnType<typeof setTimeout>, x: number, y: number } | null} */ (null));

  function end() {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  }

  /** @param {PointerEvent & { currentTarget: HTMLElement }} event */
  function onPointerDown({ pointerType, currentTarget: row, clientX: x, clientY: y }) {
    end();
    if (pointerType !== "mouse") press.current = { timer: setTimeout(() => openMenu(row), LONG_PRESS_MS), x, y };
  }

  /** @param {PointerEvent} event */
  function onPointerMove({ clientX, clientY }) {
    if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > STILL_PX) end();
  }

  return { onPointerDown, onPointerMove, onPointerUp: end, onPointerCancel: end, onKeyDown };
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function onKeyDown(event) {
  const row = event.currentTarget;
  if (event.target !== row) return;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    event.preventDefault();
    neighbour(row, event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling")?.focus();
  }
  if (event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
    event.preventDefault();
    openMenu(row);
  }
}

/**
 * @param {HTMLElement} row
 * @param {"previousElementSibling" | "nextElementSibling"} direction
 */
function neighbour(row, direction) {
  let next = row[direction];
  while (next && !next.matches(".message:not(.message-note)")) next = next[direction];
  return /** @type {HTMLElement | null} */ (next);
}

/** @param {HTMLElement} row */
function openMenu(row) {
  /** @type {HTMLElement | null} */ (row.querySelector(".bubble-menu button"))?.click();
}
