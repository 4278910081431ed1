// The root: draws the page anew whenever the store's state changes.
// The document is rendered into once only, because Preact counts the ids of useId per rendering.
import { useLayoutEffect, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { Shell } from "./shell.js";

/** @import { Actions, Store } from "../data/types.js" */

/** @param {{ store: Store, actions: Actions }} props */
export function App({ store, actions }) {
  const [state, setState] = useState(store.state);
  useLayoutEffect(() => store.subscribe(setState), []);
  return html`<${Shell} state=${state} actions=${actions} />`;
}
