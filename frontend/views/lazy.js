// Views that the first screen can do without: their modules and style sheets are fetched when they are first drawn, or
// a moment before.
import { useEffect, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { loadLaterTexts, texts } from "../lib/texts.js";
import { Failed, Loading } from "./empty.js";

/** For what opens over the page. */
export const nothing = () => null;

/** @type {(() => Promise<unknown>)[]} */
const needs = [];

/**
 * Has all these views wait for something that they work with.
 * @param {() => Promise<unknown>} load
 */
export function alsoNeeds(load) {
  needs.push(load);
}

/**
 * A view in the place of one that is yet to be loaded.
 * @template Props
 * @param {() => Promise<(props: Props) => unknown>} load
 * @param {object} [options]
 * @param {string[]} [options.styles]  the style sheets it needs, in their order
 * @param {(props: {}) => unknown} [options.Waiting]  what is shown until then
 * @param {boolean} [options.alone]  whether it needs neither later texts nor later actions
 */
export function lazy(load, { styles = [], Waiting = Loading, alone = false } = {}) {
  /** @type {((props: Props) => unknown) | null} */
  let View = null;
  /** Have it at hand before it is drawn. */
  const fetchAhead = async () => {
    // Modules use their texts as soon as they are loaded.
    const module = alone ? load() : loadLaterTexts().then(load);
    const [loaded] = await Promise.all([module, ...styles.map(loadStyles), ...(alone ? [] : needs.map((need) => need()))]);
    View = loaded;
  };

  /** @param {Props} props */
  function Lazy(props) {
    const [failed, setFailed] = useState(false);
    const [, setLoaded] = useState(View !== null);
    useEffect(() => {
      if (!View) fetchAhead().then(() => setLoaded(true), () => setFailed(true));
    }, []);
    if (View) return html`<${View} ...${props} />`;
    if (failed)
      return html`<${Failed} title=${texts.errors.start} error=${texts.errors.network} onRetry=${() => location.reload()} />`;
    return html`<${Waiting} />`;
  }

  return Object.assign(Lazy, { fetchAhead });
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** @param {string} name */
function loadStyles(name) {
  const known = sheets.get(name);
  if (known) return known;
  const link = document.createElement("link");
  const loaded = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      sheets.delete(name);
      reject(new Error(`There is no style sheet ${name}`));
    };
  });
  link.rel = "stylesheet";
  link.href = new URL(`../styles/${name}.css`, import.meta.url).href;
  document.head.append(link);
  sheets.set(name, loaded);
  return loaded;
}
