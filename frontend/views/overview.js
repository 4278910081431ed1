// The overview: what was written and answered in the last days, how fast, what failed, what it cost.
import { useEffect, useMemo } from "preact/hooks";
import { html } from "../lib/html.js";
import { moneyText, numberText, percentText, waitText } from "../lib/numbers.js";
import { texts } from "../lib/texts.js";
import { calendarDay } from "../lib/times.js";
import { Chart } from "./chart.js";
import { Failed, Loading } from "./empty.js";
import { PageHeader } from "./page_header.js";

/**
 * @import { Actions, Day, Numbers, OverviewState, Stats } from "../data/types.js"
 */

const LENGTHS = [7, 28, 90];
const words = texts.overview;

/** @param {{ overview: OverviewState, actions: Actions }} props */
export function Overview({ overview, actions }) {
  const { stats, error, length } = overview;
  useEffect(() => void actions.loadStats(), []);
  return html`<main class="numbers" data-testid="overview">
    <${PageHeader} title=${words.title}>
      <div class="filters" role="group" aria-label=${words.length}>
        ${LENGTHS.map(
          (each) => html`<button
            type="button"
            key=${each}
            class="filter"
            aria-pressed=${String(each === length)}
            onClick=${() => actions.loadStats(each)}
          >
            ${words.days(each)}
          </button>`,
        )}
      </div>
    <//>
    <div class="numbers-body" tabindex="0" role="region" aria-label=${words.title}>
      ${error && html`<${Failed} title=${words.failed} error=${error} onRetry=${() => actions.loadStats()} />`}
      ${!error && !stats && html`<${Loading} />`}
      ${!error && stats && html`<${Told} stats=${stats} />`}
    </div>
  </main>`;
}

/** @param {{ stats: Stats }} props */
function Told({ stats: { days, total } }) {
  const names = useMemo(() => days.map(({ day }) => day), [days]);
  /** @param {(day: Day) => number | null} value */
  const of = (value) => days.map(value);
  const written = useMemo(
    () => [
      { label: words.messages, color: "--chart-quiet", values: of((day) => day.messages), bars: true },
      { label: words.answers, color: "--accent", values: of((day) => day.answers) },
      { label: words.staffMessages, color: "--staff", values: of((day) => day.staff_messages) },
    ],
    [days],
  );
  const waits = useMemo(
    () => [
      { label: words.median, color: "--accent", values: of((day) => day.seconds_to_answer.median) },
      { label: words.p95, color: "--warning", values: of((day) => day.seconds_to_answer.p95) },
    ],
    [days],
  );
  const costs = useMemo(() => [{ label: words.cost, color: "--accent", values: of((day) => day.cost), bars: true }], [days]);
  return html`<${Tiles} total=${total} />
    <${Chart} title=${words.written} days=${names} series=${written} format=${numberText} />
    <${Chart} title=${words.timeToAnswer} days=${names} series=${waits} format=${waitText} />
    <${Chart} title=${words.cost} days=${names} series=${costs} format=${moneyText} />
    <${Table} days=${days} total=${total} />
    <p class="numbers-note">${words.note}</p>`;
}

/** @param {{ total: Numbers }} props */
function Tiles({ total }) {
  const said = total.answers + total.staff_messages;
  /** @type {[string, string, string?][]} */
  const tiles = [
    [words.conversations, numberText(total.conversations), words.conversationsHint],
    [words.messages, numberText(total.messages)],
    [words.byAssistant, said ? percentText(total.answers / said) : "–", words.byAssistantHint],
    [words.timeToAnswer, waitText(total.seconds_to_answer.median), words.p95Of(waitText(total.seconds_to_answer.p95))],
    [words.timeToStaff, waitText(total.seconds_to_staff.median), words.p95Of(waitText(total.seconds_to_staff.p95))],
    [words.handovers, numberText(total.handovers)],
    [words.failures, numberText(total.failures)],
    [words.cost, moneyText(total.cost), words.tokens(numberText(total.tokens))],
  ];
  return html`<dl class="tiles">
    ${tiles.map(
      ([name, value, hint]) => html`<div class="tile" key=${name}>
        <dt>${name}</dt>
        <dd>${value}${hint && html`<small>${hint}</small>`}</dd>
      </div>`,
    )}
  </dl>`;
}

/** @type {[string, (numbers: Numbers) => string][]} */
const COLUMNS = [
  [words.conversations, ({ conversations }) => numberText(conversations)],
  [words.messages, ({ messages }) => numberText(messages)],
  [words.answers, ({ answers }) => numberText(answers)],
  [words.staffMessages, ({ staff_messages: count }) => numberText(count)],
  [words.median, ({ seconds_to_answer: wait }) => waitText(wait.median)],
  [words.p95, ({ seconds_to_answer: wait }) => waitText(wait.p95)],
  [words.handovers, ({ handovers }) => numberText(handovers)],
  [words.failures, ({ failures }) => numberText(failures)],
  ["Token", ({ tokens }) => numberText(tokens)],
  [words.cost, ({ cost }) => moneyText(cost)],
];

/** @param {{ days: Day[], total: Numbers }} props */
function Table({ days, total }) {
  return html`<div class="numbers-table" tabindex="0" role="region" aria-label=${words.table}>
    <table>
      <caption class="visually-hidden">
        ${words.table}
      </caption>
      <thead>
        <tr>
          <th scope="col">${words.day}</th>
          ${COLUMNS.map(([name]) => html`<th scope="col" key=${name}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${[...days].reverse().map((day) => html`<${Row} key=${day.day} name=${calendarDay(day.day)} numbers=${day} />`)}
      </tbody>
      <tfoot>
        <${Row} name=${words.total} numbers=${total} />
      </tfoot>
    </table>
  </div>`;
}

/** @param {{ name: string, numbers: Numbers }} props */
function Row({ name, numbers }) {
  return html`<tr>
    <th scope="row">${name}</th>
    ${COLUMNS.map(([column, text]) => html`<td key=${column}>${text(numbers)}</td>`)}
  </tr>`;
}
