import { useLayoutEffect, useRef, useState } from "preact/hooks";
import * as api from "./api.js";
import { Bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { dayOf, initials } from "./format.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { OptionSheet } from "./option_sheet.js";
import { Owner } from "./owner.js";
import { run, toggleLock } from "./store.js";

const NEAR_BOTTOM_PIXELS = 90;

export function Phone({ customer, messages, businessName, typing, locked }) {
  const [replyTo, setReplyTo] = useState(null);
  const [editing, setEditing] = useState(null);
  const [listShown, setListShown] = useState(null);
  const actions = {
    reply: (message) => (setEditing(null), setReplyTo(message)),
    edit: (message) => (setReplyTo(null), setEditing(message)),
    remove: (message) => run(() => api.act(customer.id, { type: "revoke", message_id: message.id })),
    react: (message, emoji) =>
      run(() => api.act(customer.id, { type: "reaction", message_id: message.id, emoji })),
    tap: (message, id) =>
      run(() => api.act(customer.id, { type: "button_reply", message_id: message.id, id })),
    showList: setListShown,
  };
  const choose = (id) => {
    const message = listShown;
    setListShown(null);
    return run(() => api.act(customer.id, { type: "list_reply", message_id: message.id, id }));
  };
  return html`
    <section class="phone-column" data-testid="phone" data-customer=${customer.id} aria-label=${`Phone of ${customer.name}`}>
      <${Owner} customer=${customer} locked=${locked} />
      <div class=${`phone ${locked ? "locked" : ""}`}>
        <header class="chat-header">
          <span class="avatar" aria-hidden="true">${initials(businessName)}</span>
          <span class="chat-title">
            <strong>${businessName}</strong>
            <small class=${typing ? "typing" : ""} data-testid=${typing ? "typing" : "presence"} role="status">
              ${typing ? "typing…" : "Business account"}
            </small>
          </span>
        </header>
        <${Chat} messages=${messages} typing=${typing} customerName=${customer.name} businessName=${businessName} actions=${actions} />
        <${Composer}
          customer=${customer}
          replyTo=${replyTo}
          editing=${editing}
          businessName=${businessName}
          onDone=${() => (setReplyTo(null), setEditing(null))}
        />
        ${listShown && html`<${OptionSheet} message=${listShown} onChoose=${choose} onClose=${() => setListShown(null)} />`}
        ${locked && html`<${LockScreen} customer=${customer} messages=${messages} businessName=${businessName} />`}
      </div>
    </section>
  `;
}

function Chat({ messages, typing, customerName, businessName, actions }) {
  const log = useRef(null);
  const atBottom = useRef(true);
  const last = messages.at(-1);
  useLayoutEffect(() => {
    if (atBottom.current || last?.author === "customer") log.current.scrollTop = log.current.scrollHeight;
  }, [messages, typing]);
  const onScroll = ({ target }) => {
    atBottom.current = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_BOTTOM_PIXELS;
  };
  const stayDown = () => {
    if (atBottom.current) log.current.scrollTop = log.current.scrollHeight;
  };
  const byId = new Map(messages.map((message) => [message.id, message]));
  const names = { customer: customerName, business: businessName };
  return html`
    <div class="chat" ref=${log} role="log" aria-label="Messages" tabindex="0" onScroll=${onScroll} onLoadCapture=${stayDown} onLoadedMetadataCapture=${stayDown}>
      <p class="chat-note">Simulated chat. Messages go to the product under test, nowhere else.</p>
      ${messages.map((message, index) => {
        const before = messages[index - 1];
        const newDay = !before || dayOf(before.time) !== dayOf(message.time);
        const first = newDay || before.author !== message.author;
        return html`
          ${newDay && html`<p class="day" key=${`day-${message.id}`}>${dayOf(message.time)}</p>`}
          <${Bubble}
            key=${message.id}
            message=${message}
            quoted=${message.reply_to && byId.get(message.reply_to)}
            names=${names}
            first=${first}
            actions=${actions}
          />
        `;
      })}
      ${typing &&
      html`<div class="row in first" aria-hidden="true"><div class="bubble dots"><i></i><i></i><i></i></div></div>`}
    </div>
  `;
}

function LockScreen({ customer, messages, businessName }) {
  const unread = messages.filter((item) => item.author === "business" && item.ticks === "delivered").length;
  return html`
    <button class="lock-screen" data-testid="lock-screen" aria-label="Wake the phone" onClick=${() => toggleLock(customer.id)}>
      <${Icon} name="lock" />
      <strong>Phone locked</strong>
      ${unread
        ? html`<span class="push">${businessName}: ${unread === 1 ? "1 new message" : `${unread} new messages`}</span>`
        : html`<span>Messages arrive but are not read. Tap to wake.</span>`}
    </button>
  `;
}
