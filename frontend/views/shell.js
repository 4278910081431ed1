// What fills the window: the start, the sign-in screen or the workspace.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { shownConversations } from "../data/state/conversations.js";
import { cardOf } from "../data/state/card.js";
import { emptyThread } from "../data/state/threads.js";
import { closeConversation } from "../lib/navigation.js";
import { texts } from "../lib/texts.js";
import { Empty, Failed, Loading, ThreadSkeleton } from "./empty.js";
import { Heading } from "./heading.js";
import { lazy, nothing } from "./lazy.js";
import { SelectionBar, Sidebar } from "./sidebar.js";
import { Toast } from "./toast.js";

/**
 * @import { Actions, Attachment, NewConversation as Wanted, State, Thread } from "../data/types.js"
 * @import { AskedDialog } from "./account.js"
 */

const AccountDialog = lazy(async () => (await import("./account_dialog.js")).AccountDialog, { Waiting: nothing });
const Activity = lazy(async () => (await import("./activity.js")).Activity, { styles: ["settings", "numbers"] });
const Chat = lazy(async () => (await import("./chat.js")).Chat, {
  styles: ["chat", "messages", "bubble_menu", "media", "cards", "composer", "writing"],
  Waiting: ThreadSkeleton,
});
const ContactCard = lazy(async () => (await import("./contact_card.js")).ContactCard, {
  styles: ["chat", "messages", "contact"],
});
const Keyboard = lazy(async () => (await import("./keyboard.js")).Keyboard, { Waiting: nothing });
const NewConversation = lazy(async () => (await import("./new_conversation.js")).NewConversation, {
  styles: ["messages", "templates"],
  Waiting: nothing,
});
const Notices = lazy(async () => (await import("./notices.js")).Notices, { Waiting: nothing });
const Overview = lazy(async () => (await import("./overview.js")).Overview, {
  styles: ["settings", "numbers", "../vendor/uplot"],
});
const Settings = lazy(async () => (await import("./settings.js")).Settings, {
  styles: ["messages", "settings", "writing"],
});
const SignIn = lazy(async () => (await import("./sign_in.js")).SignIn, { styles: ["sign_in"], alone: true });
const SortDialog = lazy(async () => (await import("./sort_dialogs.js")).SortDialog, {
  styles: ["sorting"],
  Waiting: nothing,
});

/** @param {{ state: State, actions: Actions }} props */
export function Shell({ state, actions }) {
  const { phase, error, signIn, ended } = state.session;
  if (phase === "signed_in") return html`<${Workspace} state=${state} actions=${actions} />`;
  if (phase === "signed_out") return html`<${SignIn} signIn=${signIn} ended=${ended} onSignIn=${actions.signIn} />`;
  if (phase === "failed")
    return html`<main class="whole-page"><${Failed} title=${texts.errors.start} error=${error} onRetry=${actions.start} /></main>`;
  return html`<main class="whole-page"><${Loading} /></main>`;
}

/** @param {{ state: State, actions: Actions }} props */
function Workspace({ state, actions }) {
  const conversations = shownConversations(state);
  useFocusBack(state.openId, state.cardOpen);
  const [asked, setAsked] = useState(/** @type {AskedDialog | null} */ (null)); // in the account menu
  const cardOpen = state.cardOpen && Boolean(openConversation(state));
  useFetchAhead(state.list.loaded);
  return html`<div class="frame">
    ${state.notices.length > 0 && html`<${Notices} notices=${state.notices} />`}
    <${OpenPage} state=${state} actions=${actions} />
    <div hidden=${state.page !== null} class=${`workspace ${state.openId ? "has-open" : ""} ${cardOpen ? "has-card" : ""}`}>
      <${Sidebar}
        conversations=${conversations}
        list=${state.list}
        search=${state.search.all}
        openId=${state.openId}
        drafts=${state.drafts}
        counted=${state.counted}
        selected=${state.selected}
        progress=${state.progress}
        connection=${state.connection}
        me=${state.session.me}
        actions=${actions}
        onAsk=${setAsked}
      />
      <${Stage} state=${state} actions=${actions} />
      ${cardOpen && html`<${Card} id=${state.openId} state=${state} actions=${actions} />`}
    </div>
    ${state.list.loaded && html`<${Keyboard} state=${state} onHelp=${() => setAsked("keys")} />`}
    ${asked && html`<${AccountDialog} asked=${asked} me=${state.session.me} staff=${state.staff} actions=${actions} onClose=${() => setAsked(null)} />`}
    ${
      asked === "new_conversation" &&
      html`<${NewConversation}
        templates=${state.templates}
        onLoad=${() => actions.loadTemplates()}
        onSend=${(/** @type {Wanted} */ wanted) => actions.startConversation(wanted)}
        onClose=${() => setAsked(null)}
      />`
    }
    ${state.sorting && html`<${SortDialog} state=${state} actions=${actions} />`}
    <${Toast} toast=${state.toast} onHide=${actions.hideToast} />
  </div>`;
}

/** @type {Attachment[]} */
const NO_FILES = [];

/** @param {{ state: State, actions: Actions }} props */
function OpenPage({ state, actions }) {
  const { page, session } = state;
  if (page === "settings") return html`<${Settings} settings=${state.settings} replies=${state.replies} me=${session.me} actions=${actions} />`;
  if (page === "overview") return html`<${Overview} overview=${state.overview} actions=${actions} />`;
  if (page === "activity") return html`<${Activity} activity=${state.activity} actions=${actions} />`;
  return null;
}

/** @param {{ state: State, actions: Actions }} props */
function Stage({ state, actions }) {
  const { openId } = state;
  const thread = (openId && state.threads[openId]) || emptyThread;
  const conversation = openConversation(state);
  return html`<main class="stage">
    ${
      conversation
        ? html`<${Chat}
            key=${openId}
            conversation=${conversation}
            thread=${thread}
            draft=${state.drafts[conversation.id] ?? ""}
            attachments=${state.attachments[conversation.id] ?? NO_FILES}
            replies=${state.replies}
            me=${state.session.me}
            present=${state.present}
            quoted=${state.quotes[conversation.id] ?? null}
            templates=${state.templates}
            card=${cardOf(state, conversation.id)}
            cardOpen=${state.cardOpen}
            pauseMinutes=${state.counted.pause_minutes}
            search=${state.search.chat}
            sought=${state.sought?.conversationId === openId ? state.sought.messageId : null}
            actions=${actions}
          />`
        : html`<${NoChat} openId=${openId} thread=${thread} alone=${nothingYet(state)} />`
    }
  </main>`;
}

// A conversation that the list does not hold yet arrives with its profile; see Card.
/** @param {{ openId: string | null, thread: Thread, alone: boolean }} props */
function NoChat({ openId, thread, alone }) {
  if (openId && !thread.error) return html`<${Heading} text=${texts.title} /><${ThreadSkeleton} />`;
  if (openId)
    return html`<${Heading} text=${texts.title} />
      <${Empty} icon="question" title=${texts.noChat.notFound} hint=${thread.error} action=${texts.back} onAction=${closeConversation} />`;
  return alone ? null : html`<${Empty} icon="chats" title=${texts.noChat.none} hint=${texts.noChat.noneHint} />`;
}

// There is nothing to choose from; the list says so.
/** @param {State} state */
function nothingYet({ list, conversations }) {
  return list.filter === "all" && !list.query && !Object.keys(conversations).length;
}

/** @param {{ id: string, state: State, actions: Actions }} props */
function Card({ id, state, actions }) {
  return html`<${ContactCard}
    key=${id}
    conversation=${state.conversations[id]}
    profile=${state.profiles[id]?.profile}
    error=${state.profiles[id]?.error}
    card=${cardOf(state, id)}
    labels=${state.counted.labels}
    me=${state.session.me}
    actions=${actions}
  />`;
}

/** @param {State} state */
function openConversation({ openId, conversations }) {
  return openId ? conversations[openId] : undefined;
}

/**
 * Whoever sees the list will open a conversation.
 * @param {boolean} loaded
 */
function useFetchAhead(loaded) {
  useEffect(() => {
    // What could not be fetched is asked for again when it is drawn.
    if (loaded) Promise.all([Chat, ContactCard, SelectionBar, AccountDialog].map((view) => view.fetchAhead())).catch(() => {});
  }, [loaded]);
}

/**
 * The focus goes back to where what was closed had been opened from, rather than to the top of the page.
 * @param {string | null} openId
 * @param {boolean} cardOpen
 */
function useFocusBack(openId, cardOpen) {
  const before = useRef({ openId, cardOpen });
  useEffect(() => {
    const { openId: closedId, cardOpen: wasOpen } = before.current;
    before.current = { openId, cardOpen };
    if (document.activeElement !== document.body) return;
    if (closedId && !openId) focusOn(`[data-testid="conversation-item"][data-id="${CSS.escape(closedId)}"]`);
    else if (wasOpen && !cardOpen) focusOn(".card-button");
  }, [openId, cardOpen]);
}

/** @param {string} selector */
function focusOn(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}
