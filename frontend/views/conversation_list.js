// The list of conversations: one stop for the Tab key, arrow keys inside, further pages when its end comes near.
import { html } from "../lib/html.js";
import { useNow } from "../lib/hooks.js";
import { texts } from "../lib/texts.js";
import { ConversationItem } from "./conversation_item.js";
import { Empty, Failed, Loading } from "./empty.js";
import { lazy } from "./lazy.js";
import { Sentinel } from "./sentinel.js";

/** @import { Actions, Conversation, FirstActions, Hit, Label, List, Me, MessageSearch } from "../data/types.js" */

const MessageHits = lazy(async () => (await import("./message_hits.js")).MessageHits, { styles: ["search"] });

/**
 * @param {object} props
 * @param {Conversation[]} props.conversations
 * @param {List} props.list
 * @param {MessageSearch} props.search
 * @param {string | null} props.openId
 * @param {Record<string, string>} props.drafts
 * @param {string[] | null} props.selected
 * @param {Label[]} props.labels
 * @param {Me} props.me
 * @param {FirstActions} props.actions
 */
export function ConversationList({ conversations, list, search, openId, drafts, selected, labels, me, actions }) {
  const now = useNow();
  const reload = () => actions.showList({});
  if (!list.loaded)
    return list.error
      ? html`<${Failed} title=${texts.list.failed} error=${list.error} onRetry=${reload} />`
      : html`<${Skeleton} />`;
  // A search may go through many rows before one fits: as long as there are more, nobody can say that there is none.
  if (!conversations.length && !list.nextCursor && !search.query)
    return html`<${NoConversations} list=${list} onShowAll=${() => actions.showList({ filter: "all" })} />`;
  const tabStop = conversations.some(({ id }) => id === openId) ? openId : conversations[0]?.id;
  return html`<nav class="list" data-scroller aria-label=${texts.list.title}>
    <ul onKeyDown=${moveFocus}>
      ${conversations.map(
        (conversation) => html`<${ConversationItem}
          key=${conversation.id}
          conversation=${conversation}
          open=${conversation.id === openId}
          draft=${conversation.id === openId ? "" : drafts[conversation.id]}
          tabStop=${conversation.id === tabStop}
          selecting=${selected !== null}
          selected=${selected?.includes(conversation.id) ?? false}
          labels=${labels}
          me=${me}
          now=${now}
          actions=${actions}
        />`,
      )}
    </ul>
    <${More} list=${list} actions=${actions} />
    ${search.query && html`<${FoundMessages} search=${search} none=${!conversations.length && !list.nextCursor} actions=${actions} />`}
  </nav>`;
}

/** @param {{ list: List, actions: FirstActions }} props */
function More({ list, actions }) {
  if (list.loading) return html`<${Loading} />`;
  if (list.error)
    return html`<${Failed} title=${texts.list.failed} error=${list.error} onRetry=${actions.loadMoreList} />`;
  return list.nextCursor && html`<${Sentinel} key=${list.nextCursor} onNear=${actions.loadMoreList} />`;
}

/** @param {{ search: MessageSearch, none: boolean, actions: Actions }} props */
function FoundMessages({ search, none, actions }) {
  return html`${none && html`<p class="hits-note" role="status">${texts.list.noMatch}</p>`}
    <h2 class="hits-title">${texts.list.messages}</h2>
    <${MessageHits}
      search=${search}
      label=${texts.list.messages}
      named
      on=${{
        more: () => actions.moreHits("all"),
        again: () => actions.searchMessages("all", search.query),
        choose: (/** @type {Hit} */ { message }) => actions.showMessage(message.conversation_id, message.id),
      }}
    />`;
}

/** @param {{ list: List, onShowAll: () => void }} props */
function NoConversations({ list, onShowAll }) {
  if (list.filter === "all" && !list.query)
    return html`<${Empty} icon="chats" title=${texts.list.empty} hint=${texts.list.emptyHint} />`;
  const action = list.filter === "all" ? undefined : texts.list.showAll;
  return html`<${Empty} icon="search" title=${texts.list.noMatch} hint=${texts.list.noMatchHint} action=${action} onAction=${onShowAll} />`;
}

function Skeleton() {
  return html`<div class="list" role="status">
    <span class="visually-hidden">${texts.loading}</span>
    ${[1, 2, 3, 4, 5, 6].map((row) => html`<div class="skeleton" key=${row} aria-hidden="true"><span></span><span></span></div>`)}
  </div>`;
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function moveFocus(event) {
  /** @type {NodeListOf<HTMLElement>} */
  const found = event.currentTarget.querySelectorAll("a.item");
  const links = [...found];
  const at = links.findIndex((link) => link === document.activeElement);
  /** @type {Record<string, number>} */
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 };
  const to = targets[event.key];
  if (to === undefined || event.altKey) return; // Alt is for keys of the page
  event.preventDefault();
  links[Math.max(0, Math.min(to, links.length - 1))].focus();
}
