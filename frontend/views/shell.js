// What fills the window: the start, the sign-in screen or the workspace.
import { useEffect, useState } from "preact/hooks";
import { html } from "../html.js";
import { shownConversations } from "../state/conversations.js";
import { emptyThread } from "../state/threads.js";
import { texts, wordFor } from "../texts.js";
import { AccountDialog } from "./account.js";
import { Chat } from "./chat.js";
import { ContactCard } from "./contact_card.js";
import { Empty, Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { Sidebar } from "./sidebar.js";
import { SignIn } from "./sign_in.js";
import { Toast } from "./toast.js";

export function Shell({ state, actions }) {
  const { phase, error, signIn } = state.session;
  if (phase === "signed_in") return html`<${Workspace} state=${state} actions=${actions} />`;
  if (phase === "signed_out") return html`<${SignIn} signIn=${signIn} onSignIn=${actions.signIn} />`;
  if (phase === "failed")
    return html`<main class="whole-page"><${Failed} title=${texts.errors.start} error=${error} onRetry=${actions.start} /></main>`;
  return html`<main class="whole-page"><${Loading} /></main>`;
}

function Workspace({ state, actions }) {
  const conversations = shownConversations(state);
  useTitle(conversations);
  const [asked, setAsked] = useState(null); // what was chosen in the account menu
  const cardOpen = state.cardOpen && Boolean(state.conversations[state.openId]);
  return html`<div class="frame">
    <${Notices} notices=${state.notices} />
    <div class=${`workspace ${state.openId ? "has-open" : ""} ${cardOpen ? "has-card" : ""}`}>
      <${Sidebar}
        conversations=${conversations}
        list=${state.list}
        openId=${state.openId}
        drafts=${state.drafts}
        connection=${state.connection}
        me=${state.session.me}
        actions=${actions}
        onAsk=${setAsked}
      />
      <${Stage} state=${state} actions=${actions} />
      ${cardOpen && html`<${Card} state=${state} actions=${actions} />`}
    </div>
    <${AccountDialog} asked=${asked} me=${state.session.me} staff=${state.staff} actions=${actions} onClose=${() => setAsked(null)} />
    <${Toast} toast=${state.toast} onHide=${actions.hideToast} />
  </div>`;
}

function Stage({ state, actions }) {
  const { openId } = state;
  const thread = state.threads[openId] ?? emptyThread;
  const conversation = state.conversations[openId];
  return html`<main class="stage">
    ${
      conversation
        ? html`<${Chat}
            key=${openId}
            conversation=${conversation}
            thread=${thread}
            draft=${state.drafts[openId] ?? ""}
            attachment=${state.attachments[openId] ?? null}
            templates=${state.templates}
            cardOpen=${state.cardOpen}
            actions=${actions}
          />`
        : html`<${NoChat} openId=${openId} thread=${thread} />`
    }
  </main>`;
}

// A conversation that the list does not hold yet arrives with its profile; see Card.
function NoChat({ openId, thread }) {
  if (openId && !thread.error) return html`<${Loading} />`;
  if (openId) return html`<${Empty} icon="question" title=${texts.chat.notFound} hint=${thread.error} />`;
  return html`<${Empty} icon="chats" title=${texts.chat.none} hint=${texts.chat.noneHint} />`;
}

function Card({ state, actions }) {
  return html`<${ContactCard}
    key=${state.openId}
    conversation=${state.conversations[state.openId]}
    profile=${state.profiles[state.openId]?.profile}
    error=${state.profiles[state.openId]?.error}
    onLoad=${() => actions.loadProfile(state.openId)}
    onSave=${(changes) => actions.saveProfile(state.openId, changes)}
    onClose=${() => actions.toggleCard(false)}
  />`;
}

function Notices({ notices }) {
  if (!notices.length) return null;
  return html`<div class="notices" role="alert">
    ${notices.map(
      ({ code, message, details }) =>
        html`<p key=${code}><${Icon} name="alert" /><span>${wordFor(texts.notices, code)?.(details) ?? message}</span></p>`,
    )}
  </div>`;
}

function useTitle(conversations) {
  const unread = conversations.filter((conversation) => conversation.unread > 0).length;
  useEffect(() => {
    document.title = unread ? `(${unread}) ${texts.title}` : texts.title;
  }, [unread]);
}
