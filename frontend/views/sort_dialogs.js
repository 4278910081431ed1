// Whose conversations are, their labels, when to be reminded of them: of one, or of a selection.
import { useEffect, useId, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { personName } from "../lib/names.js";
import { inHours, mondayMorning, tomorrowMorning } from "../lib/snooze.js";
import { texts } from "../lib/texts.js";
import { soonTime } from "../lib/times.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";

/** @import { Actions, Conversation, Label, State } from "../data/types.js" */

const HOURS = 3;

/** @param {{ state: State, actions: Actions }} props */
export function SortDialog({ state, actions }) {
  const { sorting } = state;
  if (!sorting) return null;
  const { question, ids } = sorting;
  const chosen = ids.map((id) => state.conversations[id]).filter(Boolean);
  const close = () => actions.askSorting(null);
  const props = { ids, chosen, state, actions, onClose: close };
  if (question === "assign") return html`<${Assign} ...${props} />`;
  if (question === "label") return html`<${Labels} ...${props} />`;
  return html`<${Snooze} ...${props} />`;
}

/**
 * @typedef {object} Asked
 * @property {string[]} ids
 * @property {Conversation[]} chosen
 * @property {State} state
 * @property {Actions} actions
 * @property {() => void} onClose
 */

/** @param {Asked} props */
function Assign({ ids, chosen, state, actions, onClose }) {
  const { me } = state.session;
  useEffect(() => void actions.loadStaff(), []);
  const present = chosen.every(({ assignee }) => assignee === chosen[0].assignee) ? chosen[0]?.assignee : undefined;
  const known = chosen.flatMap(({ assignee }) => (assignee ? [assignee] : []));
  const emails = new Set([me?.email ?? "", ...(state.staff.members ?? []).map(({ email }) => email), ...known]);

  /** @param {string | null} assignee */
  function choose(assignee) {
    onClose();
    const done = assignee === null ? texts.sorting.unassigned : texts.sorting.assigned(personName(assignee));
    actions.sort(ids, { assignee }, done);
  }

  return html`<${Dialog} title=${texts.sortDialogs.assignTitle(ids.length)} testId="assign" onClose=${onClose}>
    <ul class="choices-list">
      ${[...emails].map(
        (email) =>
          html`<${Choice} key=${email} text=${personName(email)} hint=${email === me?.email ? texts.sortDialogs.you : email} pressed=${email === present} onChoose=${() => choose(email)} />`,
      )}
      <${Choice} text=${texts.sortDialogs.nobody} pressed=${present === null} onChoose=${() => choose(null)} />
    </ul>
  <//>`;
}

/** @param {{ text: string, hint?: string, pressed?: boolean, onChoose: () => void }} props */
function Choice({ text, hint = "", pressed = false, onChoose }) {
  return html`<li>
    <button type="button" class="choice-row" aria-pressed=${String(pressed)} onClick=${onChoose}>
      <span>${text}</span><span class="choice-hint">${hint}</span>
      ${pressed && html`<${Icon} name="tick" />`}
    </button>
  </li>`;
}

/** @param {Asked} props */
function Labels({ ids, chosen, state, actions, onClose }) {
  const [changed, setChanged] = useState(/** @type {Record<string, boolean>} */ ({}));
  const labels = knownLabels(state.counted.labels, chosen);

  /** @param {Event} event */
  function save(event) {
    event.preventDefault();
    onClose();
    actions.sort(ids, ({ labels: own }) => ({ labels: withChanges(own, changed) }), texts.sortDialogs.labelled);
  }

  return html`<${Dialog} title=${texts.sortDialogs.labelTitle(ids.length)} testId="labels" onClose=${onClose}>
    <form onSubmit=${save}>
      ${
        labels.length
          ? html`<ul class="choices-list">
              ${labels.map(
                (label) =>
                  html`<${LabelRow}
                    key=${label.name}
                    label=${label}
                    having=${chosen.filter(({ labels: own }) => own.includes(label.name)).length / (chosen.length || 1)}
                    changed=${changed[label.name]}
                    onChange=${(/** @type {boolean} */ on) => setChanged({ ...changed, [label.name]: on })}
                  />`,
              )}
            </ul>`
          : html`<p class="dialog-text">${texts.sortDialogs.noLabels}</p>`
      }
      <footer class="dialog-footer">
        <button type="button" class="btn btn-quiet" onClick=${onClose}>${texts.cancel}</button>
        ${labels.length > 0 && html`<button type="submit" class="btn btn-primary">${texts.save}</button>`}
      </footer>
    </form>
  <//>`;
}

/**
 * having is the part of the conversations that have it.
 * @param {{ label: Label, having: number, changed: boolean | undefined, onChange: (on: boolean) => void }} props
 */
function LabelRow({ label, having, changed, onChange }) {
  const some = changed === undefined && having > 0 && having < 1;
  return html`<li>
    <label class="choice-row">
      <input
        type="checkbox"
        checked=${changed ?? having === 1}
        indeterminate=${some}
        onChange=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => onChange(event.currentTarget.checked)}
      />
      <span class=${`label-dot label-${label.color}`}></span><span dir="auto">${label.name}</span>
    </label>
  </li>`;
}

/**
 * The business's labels, and those that only these conversations still have.
 * @param {Label[]} labels
 * @param {Conversation[]} chosen
 */
function knownLabels(labels, chosen) {
  const names = new Set(labels.map(({ name }) => name));
  const others = new Set(chosen.flatMap(({ labels: own }) => own.filter((name) => !names.has(name))));
  return [...labels, ...[...others].map((name) => /** @type {Label} */ ({ name, color: "grey" }))];
}

/**
 * @param {string[]} labels
 * @param {Record<string, boolean>} changed
 */
function withChanges(labels, changed) {
  const added = Object.keys(changed).filter((name) => changed[name] && !labels.includes(name));
  return [...labels.filter((name) => changed[name] !== false), ...added];
}

/** @param {Asked} props */
function Snooze({ ids, chosen, state, actions, onClose }) {
  const now = new Date();
  const zone = state.counted.time_zone;
  const [picked, setPicked] = useState("");
  const id = useId();
  const snoozed = chosen.find(({ snoozed_until: until }) => until)?.snoozed_until;

  /** @param {Date | null} until */
  function choose(until) {
    onClose();
    const done = until ? texts.sorting.snoozed(soonTime(until.toISOString())) : texts.sortDialogs.unsnoozed;
    actions.sort(ids, { snoozed_until: until?.toISOString() ?? null }, done);
  }

  /** @type {[string, Date][]} */
  const moments = [
    [texts.sortDialogs.inHours(HOURS), inHours(HOURS, now)],
    [texts.sortDialogs.tomorrow, tomorrowMorning(zone, now)],
    [texts.sortDialogs.monday, mondayMorning(zone, now)],
  ];
  return html`<${Dialog} title=${texts.sortDialogs.snoozeTitle(ids.length)} testId="snooze" onClose=${onClose}>
    <p class="dialog-text">${texts.sortDialogs.snoozeHint}</p>
    <ul class="choices-list">
      ${moments.map(
        ([text, until]) =>
          html`<${Choice} key=${text} text=${text} hint=${soonTime(until.toISOString())} onChoose=${() => choose(until)} />`,
      )}
      ${snoozed && html`<${Choice} text=${texts.sortDialogs.unsnooze} hint=${soonTime(snoozed)} onChoose=${() => choose(null)} />`}
    </ul>
    <form
      class="snooze-pick"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        choose(new Date(picked));
      }}
    >
      <label class="form-label" for=${id}>${texts.sortDialogs.pick}</label>
      <div>
        <input
          type="datetime-local"
          class="form-control"
          id=${id}
          required
          min=${localMinute(now)}
          value=${picked}
          onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setPicked(event.currentTarget.value)}
        />
        <button type="submit" class="btn btn-primary">${texts.sortDialogs.remind}</button>
      </div>
    </form>
  <//>`;
}

/**
 * As a field for times takes it, in the reader's own time zone.
 * @param {Date} at
 */
function localMinute(at) {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
