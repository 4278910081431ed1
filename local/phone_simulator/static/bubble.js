import { useEffect, useRef, useState } from "preact/hooks";
import { Content } from "./content.js";
import { useDismiss } from "./dismiss.js";
import { inline, timeOf } from "./format.js";
import { html } from "./html.js";
import { Icon, Ticks } from "./icons.js";
import { summary } from "./summary.js";

const LONG_PRESS_MILLISECONDS = 500;
const QUICK_REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export function Bubble({ message, quoted, names, first, actions }) {
  const [menu, setMenu] = useState(false);
  const root = useRef(null);
  const press = useRef(0);
  useDismiss(root, menu, () => setMenu(false));
  useEffect(() => () => clearTimeout(press.current), []);
  if (message.ticks === "failed" && message.author === "business") return html`<${Undelivered} message=${message} />`;
  if (message.kind === "system") return html`<p class="chat-note" data-kind="system">${message.text}</p>`;
  const openMenu = () => !message.deleted && setMenu(true);
  const hold = (event) => {
    if (event.pointerType === "mouse" || event.target.closest("button, a, input, video")) return;
    press.current = setTimeout(openMenu, LONG_PRESS_MILLISECONDS);
  };
  const letGo = () => clearTimeout(press.current);
  const onContextMenu = (event) => {
    if (event.target.closest("a, video")) return;
    event.preventDefault();
    openMenu();
  };
  const choose = (action) => () => {
    setMenu(false);
    action();
  };
  const { direction, kind, deleted, reactions } = message;
  const bare = kind === "sticker" && !deleted;
  return html`
    <div class=${`row ${direction} ${first ? "first" : ""} ${Object.keys(reactions).length ? "reacted" : ""}`} ref=${root}>
      <article
        class=${`bubble ${bare ? "bare" : ""} kind-${kind}`}
        data-testid=${`bubble-${direction}`}
        data-author=${message.author}
        data-message-id=${message.id}
        data-kind=${kind}
        data-ticks=${message.ticks}
        aria-label=${`${names[message.author]}, ${timeOf(message.time)}`}
        onPointerDown=${hold}
        onPointerUp=${letGo}
        onPointerMove=${letGo}
        onPointerCancel=${letGo}
        onContextMenu=${onContextMenu}
      >
        ${message.ad && html`<p class="forwarded"><${Icon} name="advertisement" /> From an ad: ${message.ad}</p>`}
        ${message.in_group && html`<p class="forwarded"><${Icon} name="group" /> In a group</p>`}
        ${message.forwarded && !deleted && html`<p class="forwarded"><${Icon} name="forward" /> Forwarded</p>`}
        ${quoted &&
        !deleted &&
        html`
          <blockquote class=${`quote ${quoted.author}`}>
            <strong>${quoted.author === "customer" ? "You" : names.business}</strong>
            <span dir="auto">${inline(summary(quoted))}</span>
          </blockquote>
        `}
        <${Content} message=${message} actions=${actions} />
        <footer class="meta">
          ${message.edited && !deleted && html`<span>Edited</span>`}
          <time datetime=${new Date(message.time * 1000).toISOString()}>${timeOf(message.time)}</time>
          ${direction === "out" && !deleted && html`<${Ticks} value=${message.ticks} />`}
        </footer>
        ${Object.keys(reactions).length > 0 &&
        html`<span class="reactions" data-testid="reactions">${[...new Set(Object.values(reactions))].join("")}</span>`}
        ${!deleted &&
        html`
          <button class="bubble-menu" aria-label="Message actions" aria-expanded=${menu} data-testid="message-menu" onClick=${() => setMenu(!menu)}>
            <${Icon} name="down" />
          </button>
        `}
      </article>
      <${Buttons} message=${message} actions=${actions} />
      ${menu && html`<${Menu} message=${message} choose=${choose} actions=${actions} />`}
    </div>
  `;
}

function Menu({ message, choose, actions }) {
  const mine = message.author === "customer";
  const chosen = message.reactions.customer;
  return html`
    <div class="menu message-actions" role="menu">
      <div class="quick-reactions">
        ${QUICK_REACTIONS.map(
          (emoji) => html`
            <button
              role="menuitem"
              class=${chosen === emoji ? "chosen" : ""}
              aria-label=${chosen === emoji ? `Take back ${emoji}` : `React with ${emoji}`}
              data-testid="react"
              onClick=${choose(() => actions.react(message, chosen === emoji ? "" : emoji))}
            >
              ${emoji}
            </button>
          `,
        )}
      </div>
      <button role="menuitem" data-testid="reply" onClick=${choose(() => actions.reply(message))}>
        <${Icon} name="reply" /> Reply
      </button>
      ${mine &&
      message.kind === "text" &&
      html`
        <button role="menuitem" data-testid="edit" onClick=${choose(() => actions.edit(message))}>
          <${Icon} name="edit" /> Edit
        </button>
        <button role="menuitem" data-testid="edit-unsupported" onClick=${choose(() => actions.edit({ ...message, asUnsupported: true }))}>
          <${Icon} name="edit" /> Edit, reported as unsupported
        </button>
      `}
      ${mine &&
      html`
        <button role="menuitem" data-testid="delete" onClick=${choose(() => actions.remove(message))}>
          <${Icon} name="trash" /> Delete for everyone
        </button>
      `}
    </div>
  `;
}

/** The buttons WhatsApp hangs under a bubble. */
function Buttons({ message, actions }) {
  if (message.deleted) return null;
  const { kind, content } = message;
  if (kind === "template" && content.buttons?.length) {
    return html`<div class="buttons">
      ${content.actions.map((button) => html`<${TemplateButton} button=${button} onTap=${() => actions.tap(message, button.text)} />`)}
    </div>`;
  }
  if (kind !== "interactive" || message.author !== "business") return null;
  if (content.type === "list") {
    return html`<div class="buttons">
      <button data-testid="list-button" onClick=${() => actions.showList(message)}>
        <${Icon} name="list" /> ${content.action.button}
      </button>
    </div>`;
  }
  return html`<div class="buttons">
    ${content.action.buttons.map(
      ({ reply }) => html`
        <button data-testid="reply-button" data-id=${reply.id} onClick=${() => actions.tap(message, reply.id)}>
          ${reply.title}
        </button>
      `,
    )}
  </div>`;
}

function TemplateButton({ button, onTap }) {
  const { type, text, url, phone_number: phone } = button;
  if (type === "URL") return html`<a href=${url} target="_blank" rel="noreferrer noopener"><${Icon} name="link" /> ${text}</a>`;
  if (type === "PHONE_NUMBER") return html`<a href=${`tel:${phone}`}><${Icon} name="call" /> ${text}</a>`;
  if (type !== "QUICK_REPLY") return html`<button disabled>${text}</button>`;
  return html`<button data-testid="reply-button" onClick=${onTap}><${Icon} name="reply" /> ${text}</button>`;
}

function Undelivered({ message }) {
  return html`
    <p class="chat-note failed" data-message-id=${message.id} data-ticks="failed">
      A message of the business could not be delivered here (131026): “${summary(message)}”
    </p>
  `;
}
