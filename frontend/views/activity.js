// What staff did, the latest first, of everybody or of one person, about everybody or one customer; for owners.
import { useEffect } from "preact/hooks";
import { html } from "../lib/html.js";
import { linkTo } from "../lib/navigation.js";
import { texts, wordFor } from "../lib/texts.js";
import { clockTime, dayKey, dayName, fullTime } from "../lib/times.js";
import { Empty, Failed, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { PageHeader } from "./page_header.js";
import { Sentinel } from "./sentinel.js";

/** @import { Act, Actions, ActivityState, ActsWanted } from "../data/types.js" */

const words = texts.activity;

/** @param {{ activity: ActivityState, actions: Actions }} props */
export function Activity({ activity, actions }) {
  const { wanted, acts, nextCursor, loading, error } = activity;
  const want = (/** @type {Partial<ActsWanted>} */ part) => actions.wantActivity({ ...wanted, ...part });
  useEffect(() => {
    actions.loadActivity();
    return () => void actions.forgetActivity();
  }, []);
  return html`<main class="numbers" data-testid="activity">
    <${PageHeader} title=${words.title} />
    <div class="numbers-body" tabindex="0" role="region" aria-label=${words.title} data-scroller>
      <${Wanted} wanted=${wanted} name=${acts?.find(({ name }) => name)?.name} onChange=${want} />
      ${acts && !acts.length && html`<${Empty} icon="history" title=${words.none} hint=${words.hint} />`}
      ${acts && byDay(acts).map(([day, those]) => html`<${Day} key=${day} acts=${those} onWho=${(/** @type {string} */ who) => want({ who })} />`)}
      ${error && html`<${Failed} title=${words.failed} error=${error} onRetry=${() => actions.loadActivity({ more: Boolean(acts) })} />`}
      ${loading && html`<${Loading} />`}
      ${!loading && !error && nextCursor && html`<${Sentinel} key=${nextCursor} onNear=${() => actions.loadActivity({ more: true })} />`}
    </div>
  </main>`;
}

/**
 * By whom and about whom alone, each to be taken off.
 * @param {{ wanted: ActsWanted, name?: string | null, onChange: (part: Partial<ActsWanted>) => void }} props
 */
function Wanted({ wanted: { who, conversationId }, name, onChange }) {
  if (!who && !conversationId) return null;
  return html`<p class="acts-wanted">
    ${who && html`<${Only} of=${who} onRemove=${() => onChange({ who: null })} />`}
    ${conversationId && html`<${Only} of=${name || words.nobody} onRemove=${() => onChange({ conversationId: null })} />`}
  </p>`;
}

/** @param {{ of: string, onRemove: () => void }} props */
function Only({ of, onRemove }) {
  return html`<button type="button" class="btn btn-quiet btn-sm" aria-label=${words.noLonger(of)} onClick=${onRemove}><bdi>${words.only(of)}</bdi> <${Icon} name="close" /></button>`;
}

/** @param {{ acts: Act[], onWho: (who: string) => void }} props */
function Day({ acts, onWho }) {
  return html`<section class="acts">
    <h2>${dayName(acts[0].at)}</h2>
    <ul>
      ${acts.map(
        (act) => html`<li key=${act.at + act.who}>
          <time datetime=${act.at} title=${fullTime(act.at)}>${clockTime(act.at)}</time>
          <button type="button" class="act-who" title=${words.only(act.who)} onClick=${() => onWho(act.who)}>${act.who.split("@")[0]}</button>
          <span>${wordFor(words.actions, act.action) ?? act.action} <${About} act=${act} /></span>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{ act: Act }} props */
function About({ act: { conversation_id: id, name, about } }) {
  if (id) return html`<a href=${linkTo(id)}><bdi>${name || words.nobody}</bdi></a>`;
  return html`<bdi>${about}</bdi>`;
}

/**
 * @param {Act[]} acts
 * @returns {[string, Act[]][]}
 */
function byDay(acts) {
  return [...Map.groupBy(acts, ({ at }) => dayKey(at))];
}
