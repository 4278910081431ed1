// The left column: who is signed in, search, filters and the list.
import { useId, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useDebounced, useNarrow } from "../lib/hooks.js";
import { texts } from "../lib/texts.js";
import { accountItems } from "./account.js";
import { BrandMark } from "./brand.js";
import { ConversationList } from "./conversation_list.js";
import { Filters } from "./filters.js";
import { Icon } from "./icon.js";
import { lazy, nothing } from "./lazy.js";
import { Menu } from "./menu.js";

/**
 * @import { Connection as Link, Conversation, ConversationCounts, Filter, FirstActions, List, Me, MessageSearch, State } from "../data/types.js"
 * @import { AskedDialog } from "./account.js"
 */

const SEARCH_DELAY_MS = 250;
export const SelectionBar = lazy(async () => (await import("./selection_bar.js")).SelectionBar, { styles: ["sorting"], Waiting: nothing });

/**
 * @param {object} props
 * @param {Conversation[]} props.conversations
 * @param {List} props.list
 * @param {MessageSearch} props.search
 * @param {string | null} props.openId
 * @param {Record<string, string>} props.drafts
 * @param {ConversationCounts} props.counted
 * @param {string[] | null} props.selected
 * @param {State["progress"]} props.progress
 * @param {Link} props.connection
 * @param {Me} props.me
 * @param {FirstActions} props.actions
 * @param {(dialog: AskedDialog) => void} props.onAsk
 */
export function Sidebar({ conversations, list, search, openId, drafts, counted, selected, progress, connection, me, actions, onAsk }) {
  // On a phone the list is all there is until a conversation is opened.
  const role = useNarrow() && !openId ? "main" : "complementary";
  return html`<div class="sidebar" role=${role} aria-label=${texts.list.title}>
    <div class="sidebar-header">
      <${BrandMark} size=${32} />
      <div class="sidebar-title">
        <h1>${texts.title}</h1>
        <span class="account" title=${me.email}>${me.name || me.email}</span>
      </div>
      ${
        me.role !== "viewer" &&
        html`<button
          type="button"
          class="icon-button"
          aria-label=${texts.list.begin}
          title=${texts.list.begin}
          data-testid="new-conversation"
          onClick=${() => onAsk("new_conversation")}
        >
          <${Icon} name="newChat" />
        </button>`
      }
      <${Menu} label=${texts.menu} items=${accountItems(me, actions, onAsk)} />
    </div>
    <${Connection} connection=${connection} />
    <${Search} query=${list.query} onSearch=${(/** @type {string} */ query) => [actions.showList({ query }), actions.searchMessages("all", query)]} />
    ${
      selected
        ? html`<${SelectionBar} selected=${selected} progress=${progress} actions=${actions} />`
        : html`<${Filters} filter=${list.filter} counted=${counted} onChoose=${(/** @type {Filter} */ filter) => actions.showList({ filter })} />`
    }
    <${ConversationList} conversations=${conversations} list=${list} search=${search} openId=${openId} drafts=${drafts} selected=${selected} labels=${counted.labels} me=${me} actions=${actions} />
  </div>`;
}

/** @param {{ connection: Link }} props */
function Connection({ connection }) {
  return html`<div role="status">
    ${
      connection !== "online" &&
      html`<p class="connection" data-testid="connection">
        <${Icon} name=${connection === "offline" ? "offline" : "refresh"} /><span>${texts.connection[connection]}</span>
      </p>`
    }
  </div>`;
}

/** @param {{ query: string, onSearch: (query: string) => void }} props */
function Search({ query, onSearch }) {
  const [text, setText] = useState(query);
  const search = useDebounced(onSearch, SEARCH_DELAY_MS);
  const id = useId();

  /** @param {string} value */
  function change(value) {
    setText(value);
    search(value.trim());
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape") change("");
  }

  return html`<div class="search" role="search">
    <${Icon} name="search" />
    <label class="visually-hidden" for=${id}>${texts.list.search}</label>
    <input
      type="text"
      inputmode="search"
      id=${id}
      autocomplete="off"
      placeholder=${texts.list.search}
      value=${text}
      data-testid="search"
      data-shortcut="search"
      onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => change(event.currentTarget.value)}
      onKeyDown=${onKeyDown}
    />
    ${
      text &&
      html`<button type="button" class="icon-button" aria-label=${texts.list.clearSearch} onClick=${() => change("")}>
        <${Icon} name="close" />
      </button>`
    }
  </div>`;
}
