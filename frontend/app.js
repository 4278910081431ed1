// Builds the page: store, API, sync and actions, and puts the views into the document.
import { render } from "preact";
import { createActions } from "./data/actions.js";
import { isAlerting } from "./data/alert_choice.js";
import { createApi } from "./data/api.js";
import { loadCardDrafts, loadDrafts } from "./data/drafts.js";
import { html } from "./lib/html.js";
import { idInAddress, noteWay, pageInAddress } from "./lib/navigation.js";
import { createStore, initialState } from "./data/store.js";
import { createSync } from "./data/sync.js";
import { loadLaterTexts, texts } from "./lib/texts.js";
import { App } from "./views/app.js";
import { alsoNeeds } from "./views/lazy.js";

const WIDE = "(min-width: 75rem)";

const store = createStore({
  ...initialState,
  drafts: loadDrafts(),
  cards: loadCardDrafts(),
  openId: idInAddress(),
  page: pageInAddress(),
  cardOpen: matchMedia(WIDE).matches,
});
const api = createApi({
  present: () => store.state.session.me,
  onRenewed: (me) => store.dispatch({ type: "signed_in", me }),
});
const sync = createSync({
  request: (signal) => actions.fetchChanges(signal),
  onFailure: (error) => actions.syncFailed(error),
  alerting: isAlerting,
});
const actions = createActions({ api, store, sync });
alsoNeeds(actions.loadLater);

window.addEventListener("hashchange", (event) => {
  noteWay(event);
  // Where the card covers the chat, it belongs to the conversation it was opened in.
  if (!matchMedia(WIDE).matches) actions.toggleCard(false);
  actions.showPage(pageInAddress());
  if (!pageInAddress()) actions.openConversation(idInAddress());
});
window.addEventListener("beforeunload", (event) => {
  if (actions.unsentFiles()) event.preventDefault();
});
window.addEventListener("offline", () =>
  store.dispatch({ type: "connection_changed", connection: "offline" }),
);
document.documentElement.lang = texts.locale.slice(0, 2);
render(html`<${App} store=${store} actions=${actions} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
actions.start().then(startAlertsLater);

/** The page works without: a view that cannot be fetched either says so. */
async function startAlertsLater() {
  const loaded = await Promise.all([import("./views/alerts.js"), loadLaterTexts()]).catch(() => null);
  loaded?.[0].startAlerts(store);
}
