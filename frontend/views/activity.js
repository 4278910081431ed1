// What staff did, the latest first; for owners.
import { useEffect } from "preact/hooks";
import { html } from "../lib/html.js";
import { linkTo } from "../lib/navigation.js";
import { texts, wordFor } from "../lib/texts.js";
import { clockTime, dayKey, dayName, fullTime } from "../lib/times.js";
import { Empty, Failed, Loading } from "./empty.js";
import { PageHeader } from "./page_header.js";
import { Sentinel } from "./sentinel.js";

/** @import { Act, Actions, ActivityState } from "../data/types.js" */

const words = texts.activity;

/** @param {{ activity: ActivityState, actions: Actions }} props */
export function Activity({ activity, actions }) {
  const { acts, nextCursor, loading, error } = activity;
  useEffect(() => void actions.loadActivity(), []);
  return html`<main class="numbers" data-testid="activity">
    <${PageHeader} title=${words.title} />
    <div class="numbers-body" tabindex="0" role="region" aria-label=${words.title} data-scroller>
      ${acts && !acts.length && html`<${Empty} icon="history" title=${words.none} hint=${words.hint} />`}
      ${acts && byDay(acts).map(([day, those]) => html`<${Day} key=${day} acts=${those} />`)}
      ${error && html`<${Failed} title=${words.failed} error=${error} onRetry=${() => actions.loadActivity({ more: Boolean(acts) })} />`}
      ${loading && html`<${Loading} />`}
      ${!loading && !error && nextCursor && html`<${Sentinel} key=${nextCursor} onNear=${() => actions.loadActivity({ more: true })} />`}
    </div>
  </main>`;
}

/** @param {{ acts: Act[] }} props */
function Day({ acts }) {
  return html`<section class="acts">
    <h2>${dayName(acts[0].at)}</h2>
    <ul>
      ${acts.map(
        (act) => html`<li key=${act.at + act.who}>
          <time datetime=${act.at} title=${fullTime(act.at)}>${clockTime(act.at)}</time>
          <span class="act-who" title=${act.who}>${act.who.split("@")[0]}</span>
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
