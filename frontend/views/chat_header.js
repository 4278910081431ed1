// Who the conversation is with, who answers it, and what else can be done.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { shownName } from "../lib/names.js";
import { closeConversation } from "../lib/navigation.js";
import { can } from "../lib/roles.js";
import { texts } from "../lib/texts.js";
import { Avatar } from "./avatar.js";
import { sortingItems } from "./conversation_menu.js";
import { ConfirmDialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";
import { presenceText } from "./presence.js";

/**
 * @import { Actions, Conversation, Me, Present } from "../data/types.js"
 * @import { Item } from "./menu.js"
 * @typedef {"reset" | "block"} Question  what is asked before it is done
 */

/** @param {{ conversation: Conversation, cardOpen: boolean, me: Me, present: Present[], actions: Actions, onFiles: () => void, onSearch: () => void }} props */
export function ChatHeader({ conversation, cardOpen, me, present, actions, onFiles, onSearch }) {
  const { id, name } = conversation;
  const [asked, setAsked] = useState(/** @type {Question | null} */ (null));
  const toggleCard = () => actions.toggleCard(!cardOpen);
  return html`<header class="chat-header">
    <button type="button" class="icon-button back-button" aria-label=${texts.back} data-testid="back" onClick=${closeConversation}>
      <${Icon} name="back" />
    </button>
    <button type="button" class="chat-person" aria-expanded=${String(cardOpen)} title=${texts.chat.info} onClick=${toggleCard}>
      <${Avatar} id=${id} name=${name} />
      <span class="chat-name" dir="auto">${shownName(conversation)}</span>
      <span class="chat-subtitle">${subtitle(conversation, present)}</span>
    </button>
    ${can(me.role, "agent") && html`<${Takeover} conversation=${conversation} actions=${actions} />`}
    <button type="button" class="icon-button chat-search-button" aria-label=${texts.search.inChat} title=${texts.search.inChat} data-testid="search-chat" onClick=${onSearch}>
      <${Icon} name="search" />
    </button>
    <button type="button" class="icon-button card-button" aria-label=${texts.chat.info} aria-pressed=${String(cardOpen)} onClick=${toggleCard}>
      <${Icon} name="contact" />
    </button>
    <${Menu} label=${texts.menu} items=${[{ icon: "search", text: texts.search.inChat, onChoose: onSearch }, { icon: "image", text: texts.gallery.title, onChoose: onFiles }, ...menuItems(conversation, me, actions, setAsked)]} />
    ${asked && html`<${Confirmation} asked=${asked} conversation=${conversation} actions=${actions} onClose=${() => setAsked(null)} />`}
  </header>`;
}

/**
 * @param {Conversation} conversation
 * @param {Present[]} present
 */
function subtitle({ assistant, phone, name }, present) {
  if (present.length) return presenceText(present);
  if (assistant === "writing") return texts.chat.writing;
  return phone && phone !== name ? phone : "";
}

/** @param {{ conversation: Conversation, actions: Actions }} props */
function Takeover({ conversation, actions }) {
  const { id, paused } = conversation;

  async function toggle() {
    if (paused) return actions.act(id, "resume", texts.takeover.resumed);
    await actions.act(id, "pause", texts.takeover.pausedNow);
    // Whoever takes over wants to write.
    return /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="composer"]'))?.focus();
  }

  return html`<button type="button" class="takeover" role="switch" aria-checked=${String(!paused)} data-testid="takeover" onClick=${toggle}>
    <span class="takeover-text">
      <span>${texts.takeover.label}</span>
      <span class="takeover-state">${paused ? texts.takeover.off : texts.takeover.on}</span>
    </span>
    <span class="takeover-track" aria-hidden="true"><${Icon} name=${paused ? "pause" : "spark"} /></span>
  </button>`;
}

/**
 * @param {Conversation} conversation
 * @param {Me} me
 * @param {Actions} actions
 * @param {(question: Question) => void} ask
 * @returns {Item[]}
 */
function menuItems(conversation, me, actions, ask) {
  const { id, blocked } = conversation;
  if (!can(me.role, "agent")) return [];
  /** @type {Item} */
  const reset = { icon: "refresh", text: texts.actions.reset, onChoose: () => ask("reset") };
  /** @type {Item} */
  const block = { icon: "ban", text: texts.actions.block, tone: "danger", onChoose: () => ask("block") };
  /** @type {Item} */
  const unblock = {
    icon: "ban",
    text: texts.actions.unblock,
    onChoose: () => actions.act(id, "unblock", texts.actions.unblockDone),
  };
  return [...sortingItems(conversation, me, actions, { inChat: true }), reset, blocked ? unblock : block];
}

/** @param {{ asked: Question, conversation: Conversation, actions: Actions, onClose: () => void }} props */
export function Confirmation({ asked, conversation, actions, onClose }) {
  const words = {
    reset: {
      title: texts.actions.resetTitle,
      text: texts.actions.resetText,
      confirm: texts.actions.reset,
      done: texts.actions.resetDone,
    },
    block: {
      title: texts.actions.blockTitle(shownName(conversation)),
      text: texts.actions.blockText,
      confirm: texts.actions.blockConfirm,
      done: texts.actions.blockDone,
    },
  }[asked];

  function confirm() {
    onClose();
    actions.act(conversation.id, asked, words.done);
  }

  return html`<${ConfirmDialog} ...${words} tone=${asked === "block" ? "danger" : "primary"} onConfirm=${confirm} onClose=${onClose} />`;
}
