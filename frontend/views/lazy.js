// Views that the first screen can do without: their modules are fetched when they are first drawn, or a moment before.
import { useEffect, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { texts } from "../lib/texts.js";
import { Failed, Loading } from "./empty.js";

/** For what opens over the page. */
export const nothing = () => null;

/**
 * A view in the place of one that is yet to be loaded.
 * @template Props
 * @param {() => Promise<(props: Props) => unknown>} load
 * @param {(props: {}) => unknown} [Waiting]  what is shown until then
 */
export function lazy(load, Waiting = Loading) {
  /** @type {((props: Props) => unknown) | null} */
  let View = null;
  /** Have it at hand before it is drawn. */
  const fetchAhead = async () => {
    View ??= await load();
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
