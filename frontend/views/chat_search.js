// Searching in the open chat: a field, up to older and down to newer hits, and the list of them.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useDebounced } from "../lib/hooks.js";
import { texts } from "../lib/texts.js";
import { Icon } from "./icon.js";
import { MessageHits } from "./message_hits.js";

/** @import { Actions, Hit, MessageSearch } from "../data/types.js" */

const DELAY_MS = 250;

/**
 * @param {object} props
 * @param {string} props.conversationId
 * @param {MessageSearch} props.search
 * @param {Actions} props.actions
 * @param {() => void} props.onClose
 */
export function ChatSearch({ conversationId, search, actions, onClose }) {
  const [text, setText] = useState("");
  const [listed, setListed] = useState(true);
  const [currentId, setCurrentId] = useState(/** @type {string | null} */ (null));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const id = useId();
  const ask = useDebounced((/** @type {string} */ query) => actions.searchMessages("chat", query), DELAY_MS);
  const { hits, nextCursor, loaded } = search;
  const at = hits.findIndex(({ message }) => message.id === currentId);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => () => actions.endSearch("chat"), []);

  /** @param {string} value */
  function change(value) {
    setText(value);
    setListed(true);
    setCurrentId(null);
    ask(value.trim());
  }

  /** @param {Hit | undefined} hit */
  function goTo(hit) {
    if (!hit) return;
    setCurrentId(hit.message.id);
    setListed(false);
    actions.showMessage(conversationId, hit.message.id);
    if (hit === hits.at(-1)) actions.moreHits("chat");
  }

  // The first hit is the newest: up leads to older ones, as in the chat itself.
  const older = hits[at + 1];
  const newer = at > 0 ? hits[at - 1] : undefined;

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }
    if (event.target !== field.current) return;
    if (event.key === "Enter") goTo(event.shiftKey ? newer : older);
    if (event.key === "ArrowDown" && listed) {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (document.querySelector(".chat-search .hit"))?.focus();
    }
  }

  return html`<div class="chat-search" role="search" aria-label=${texts.search.inChat} data-testid="chat-search" onKeyDown=${onKeyDown}>
    <div class="chat-search-bar">
      <${Icon} name="search" />
      <label class="visually-hidden" for=${id}>${texts.search.inChat}</label>
      <input
        ref=${field}
        id=${id}
        type="text"
        inputmode="search"
        autocomplete="off"
        placeholder=${texts.search.inChat}
        value=${text}
        data-testid="chat-search-field"
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => change(event.currentTarget.value)}
        onFocus=${() => setListed(true)}
      />
      <span class="chat-search-count" role="status" data-testid="chat-search-count">
        ${loaded && (hits.length ? texts.search.count(at + 1, hits.length, nextCursor !== null) : texts.search.noneShort)}
      </span>
      <button type="button" class="icon-button" aria-label=${texts.search.older} title=${texts.search.older} disabled=${!older} data-testid="hit-older" onClick=${() => goTo(older)}>
        <${Icon} name="up" />
      </button>
      <button type="button" class="icon-button" aria-label=${texts.search.newer} title=${texts.search.newer} disabled=${!newer} data-testid="hit-newer" onClick=${() => goTo(newer)}>
        <${Icon} name="down" />
      </button>
      <button type="button" class="icon-button" aria-label=${texts.search.close} title=${texts.search.close} data-testid="chat-search-close" onClick=${onClose}>
        <${Icon} name="close" />
      </button>
    </div>
    ${
      listed &&
      text.trim() &&
      (loaded || search.loading || search.error) &&
      html`<div class="chat-search-hits" data-scroller>
        <${MessageHits}
          search=${search}
          label=${texts.search.hits}
          currentId=${currentId}
          on=${{
            more: () => actions.moreHits("chat"),
            again: () => actions.searchMessages("chat", text.trim()),
            choose: goTo,
          }}
        />
      </div>`
    }
  </div>`;
}
