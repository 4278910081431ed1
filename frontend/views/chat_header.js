// Who the conversation is with, who answers it, and what else can be done.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { shownName } from "../names.js";
import { closeConversation } from "../navigation.js";
import { texts } from "../texts.js";
import { Avatar } from "./avatar.js";
import { ConfirmDialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Menu } from "./menu.js";

export function ChatHeader({ conversation, cardOpen, actions }) {
  const { id, name } = conversation;
  const [asked, setAsked] = useState(null); // null | "reset" | "block"
  const toggleCard = () => actions.toggleCard(!cardOpen);
  return html`<header class="chat-header">
    <button type="button" class="icon-button back-button" aria-label=${texts.back} data-testid="back" onClick=${closeConversation}>
      <${Icon} name="back" />
    </button>
    <button type="button" class="chat-person" aria-expanded=${String(cardOpen)} title=${texts.chat.info} onClick=${toggleCard}>
      <${Avatar} id=${id} name=${name} />
      <span class="chat-name" dir="auto">${shownName(conversation)}</span>
      <span class="chat-subtitle">${subtitle(conversation)}</span>
    </button>
    <${Takeover} conversation=${conversation} actions=${actions} />
    <button type="button" class="icon-button card-button" aria-label=${texts.chat.info} aria-pressed=${String(cardOpen)} onClick=${toggleCard}>
      <${Icon} name="contact" />
    </button>
    <${Menu} label=${texts.menu} items=${menuItems(conversation, actions, setAsked)} />
    ${asked && html`<${Confirmation} asked=${asked} conversation=${conversation} actions=${actions} onClose=${() => setAsked(null)} />`}
  </header>`;
}

function subtitle({ assistant, phone, name }) {
  if (assistant === "writing") return texts.chat.writing;
  return phone && phone !== name ? phone : "";
}

function Takeover({ conversation, actions }) {
  const { id, paused } = conversation;
  const toggle = () =>
    paused
      ? actions.act(id, "resume", texts.takeover.resumed)
      : actions.act(id, "pause", texts.takeover.pausedNow);
  return html`<button type="button" class="takeover" role="switch" aria-checked=${String(!paused)} data-testid="takeover" onClick=${toggle}>
    <span class="takeover-text">
      <span>${texts.takeover.label}</span>
      <span class="takeover-state">${paused ? texts.takeover.off : texts.takeover.on}</span>
    </span>
    <span class="takeover-track" aria-hidden="true"><${Icon} name=${paused ? "pause" : "spark"} /></span>
  </button>`;
}

function menuItems({ id, blocked, unread, attention }, actions, ask) {
  const read = { icon: "unread", text: texts.actions.read, onChoose: () => actions.act(id, "read") };
  const reset = { icon: "refresh", text: texts.actions.reset, onChoose: () => ask("reset") };
  const block = { icon: "ban", text: texts.actions.block, tone: "danger", onChoose: () => ask("block") };
  const unblock = {
    icon: "ban",
    text: texts.actions.unblock,
    onChoose: () => actions.act(id, "unblock", texts.actions.unblockDone),
  };
  return [...(unread > 0 || attention ? [read] : []), reset, blocked ? unblock : block];
}

function Confirmation({ asked, conversation, actions, onClose }) {
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
