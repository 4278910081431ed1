// Messages that a search found: whose, when, and the words in their place.
import { html } from "../lib/html.js";
import { useNow } from "../lib/hooks.js";
import { excerpt, pieces } from "../lib/marks.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { Icon } from "./icon.js";
import { kindIcon, kindName, previewText } from "./kinds.js";
import { Loading } from "./empty.js";
import { Sentinel } from "./sentinel.js";

/**
 * @import { Hit, Message, MessageSearch } from "../data/types.js"
 * @typedef {{ more: () => void, again: () => void, choose: (hit: Hit) => void }} HitActions
 */

/**
 * The hits below each other; named tells whose conversation each is in.
 * @param {{ search: MessageSearch, label: string, named?: boolean, currentId?: string | null, on: HitActions }} props
 */
export function MessageHits({ search, label, named = false, currentId = null, on }) {
  const now = useNow();
  const { hits, query, loading, loaded, nextCursor, error } = search;
  const tabStop = hits.some(({ message }) => message.id === currentId) ? currentId : hits[0]?.message.id;
  return html`<section class="hits" aria-label=${label} data-testid="hits">
    ${
      hits.length > 0 &&
      html`<ul onKeyDown=${moveFocus}>
        ${hits.map(
          (hit) => html`<${Row}
            key=${hit.message.id}
            hit=${hit}
            query=${query}
            named=${named}
            now=${now}
            current=${hit.message.id === currentId}
            tabStop=${hit.message.id === tabStop}
            onChoose=${() => on.choose(hit)}
          />`,
        )}
      </ul>`
    }
    ${loading && html`<${Loading} label=${texts.search.searching} />`}
    ${
      error &&
      html`<p class="hits-note" role="alert">
        ${error} <button type="button" class="btn btn-link btn-sm" onClick=${on.again}>${texts.retry}</button>
      </p>`
    }
    ${loaded && !loading && !error && nextCursor && html`<${Sentinel} key=${nextCursor} onNear=${on.more} />`}
    ${loaded && !loading && !hits.length && !nextCursor && html`<p class="hits-note" role="status">${texts.search.none}</p>`}
  </section>`;
}

/**
 * @param {object} props
 * @param {Hit} props.hit
 * @param {string} props.query
 * @param {boolean} props.named
 * @param {Date} props.now
 * @param {boolean} props.current
 * @param {boolean} props.tabStop
 * @param {() => void} props.onChoose
 */
function Row({ hit, query, named, now, current, tabStop, onChoose }) {
  const { message } = hit;
  const who = wordFor(texts.authors, message.author) ?? texts.authors.system;
  return html`<li>
    <button
      type="button"
      class="hit"
      data-testid="hit"
      data-hit=${message.id}
      tabindex=${tabStop ? 0 : -1}
      aria-current=${current ? "true" : undefined}
      onClick=${onChoose}
    >
      <span class="hit-name" dir="auto">${named ? hit.conversation_name || texts.unknownName : who}</span>
      <time class="hit-time" datetime=${message.at} title=${fullTime(message.at)}>${listTime(message.at, now)}</time>
      <span class="hit-text" dir="auto"><${Side} message=${message} named=${named} /><${Excerpt} message=${message} query=${query} /></span>
    </button>
  </li>`;
}

/** @param {{ message: Message, named: boolean }} props */
function Side({ message, named }) {
  const icon = kindIcon(message.kind);
  return html`${named && message.author === "assistant" && html`<${Icon} name="spark" label=${texts.list.assistantPrefix} />`}
  ${named && message.author === "staff" && html`<${Icon} name="staff" label=${texts.list.staffPrefix} />`}
  ${icon && html`<${Icon} name=${icon} label=${kindName(message.kind)} />`}`;
}

// The text that has the words: the message's own, what was said in a recording, or the name of a file.
/** @param {{ message: Message, query: string }} props */
function Excerpt({ message, query }) {
  const said = [message.text && previewText(message), message.transcript, message.media?.filename, message.text];
  const filled = said.filter((each) => typeof each === "string" && each !== "");
  const text = filled.find((each) => pieces(each ?? "", query).some(({ found }) => found)) ?? filled[0] ?? "";
  return excerpt(text, query).map((piece, index) =>
    piece.found ? html`<mark key=${index}>${piece.text}</mark>` : piece.text,
  );
}

/** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function moveFocus(event) {
  const rows = /** @type {HTMLElement[]} */ ([...event.currentTarget.querySelectorAll(".hit")]);
  const at = rows.findIndex((row) => row === document.activeElement);
  /** @type {Record<string, number>} */
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const to = targets[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(to, rows.length - 1))].focus();
}
