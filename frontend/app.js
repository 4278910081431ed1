// Builds the page: store, API, sync and actions, and puts the views into the document.
import { render } from "preact";
import { createActions } from "./actions.js";
import { createApi } from "./api.js";
import { loadDrafts } from "./drafts.js";
import { html } from "./html.js";
import { idInAddress } from "./navigation.js";
import { createStore, initialState } from "./store.js";
import { createSync } from "./sync.js";
import { texts } from "./texts.js";
import { App } from "./views/app.js";

const WIDE = "(min-width: 75rem)";

const store = createStore({
  ...initialState,
  drafts: loadDrafts(),
  openId: idInAddress(),
  cardOpen: matchMedia(WIDE).matches,
});
const api = createApi({ csrfToken: () => store.state.session.me?.csrf_token });
const sync = createSync({
  request: (signal) => actions.fetchChanges(signal),
  onFailure: (error) => actions.syncFailed(error),
});
const actions = createActions({ api, store, sync });

window.addEventListener("hashchange", () => {
  // Where the card covers the chat, it belongs to the conversation it was opened in.
  if (!matchMedia(WIDE).matches) actions.toggleCard(false);
  actions.openConversation(idInAddress());
});
window.addEventListener("offline", () =>
  store.dispatch({ type: "connection_changed", connection: "offline" }),
);
document.documentElement.lang = texts.locale.slice(0, 2);
render(html`<${App} store=${store} actions=${actions} />`, document.getElementById("app"));
actions.start();
