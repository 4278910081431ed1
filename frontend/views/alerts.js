// Calls somebody who does not look: notifications, a sound, the number in the title and on the icon.
// It follows the store, not the rendering, which sleeps in a hidden tab.
import { loadAlertChoice } from "../data/alert_choice.js";
import { alertsBetween, claim } from "../data/alerts.js";
import { allowChime, chime } from "../lib/chime.js";
import { shownName } from "../lib/names.js";
import { linkTo } from "../lib/navigation.js";
import { notify, withdraw, withdrawAll } from "../lib/notifications.js";
import { texts, wordFor } from "../lib/texts.js";
import { previewText } from "./kinds.js";

/**
 * @import { Conversation, State, Store } from "../data/types.js"
 * @import { Alert } from "../data/alerts.js"
 */

const MANY = 4; // so many at once are one notification

/**
 * Follows the store for as long as the page is open.
 * @param {Store} store
 */
export function startAlerts(store) {
  /** @type {State["conversations"]} */
  let before = {};
  /** @type {string | null} */
  let since = null; // when whoever is signed in began to look

  store.subscribe((state) => {
    const after = state.conversations;
    const { me } = state.session;
    showCount(state.counted.counts.unread ?? 0);
    if (after !== before && me && since) give(alertsBetween(before, after, { email: me.email, since }), state);
    before = after;
    if (!me && since) withdrawAll(); // they tell names, and perhaps words
    since = me ? (since ?? state.syncCursor) : null;
    const watched = watchedId(state);
    if (watched) withdraw(watched);
  });
  showCount(0);
  for (const type of ["pointerdown", "keydown"])
    window.addEventListener(type, () => loadAlertChoice().sound && allowChime(), { capture: true, passive: true });
}

/**
 * @param {Alert[]} alerts
 * @param {State} state
 */
function give(alerts, state) {
  const watched = watchedId(state);
  // What is seen here is claimed too, so that no other tab calls for it.
  const unseen = alerts.filter(({ key, conversation }) => claim(key) && conversation.id !== watched);
  if (!unseen.length) return;
  const { notifications, sound, text } = loadAlertChoice();
  if (sound) chime();
  if (!notifications) return;
  if (unseen.length >= MANY) notifyOfMany(unseen.length);
  else unseen.forEach((alert) => notifyOf(alert, text));
}

/**
 * The conversation that somebody has before their eyes, or null.
 * @param {State} state
 */
function watchedId({ openId, page }) {
  return document.visibilityState === "visible" && document.hasFocus() && !page ? openId : null;
}

/**
 * @param {Alert} alert
 * @param {boolean} withText
 */
function notifyOf({ reason, conversation }, withText) {
  const { id } = conversation;
  const why = reason === "attention" ? attentionText(conversation) : texts.alerts[reason];
  const words = withText ? wordsOf(conversation) : "";
  notify({
    tag: id,
    title: shownName(conversation),
    body: words ? `${why}\n${words}` : why,
    onClick: () => void (location.hash = linkTo(id)),
  });
}

/** @param {number} count */
function notifyOfMany(count) {
  notify({ tag: "many", title: texts.title, body: texts.alerts.many(count), onClick: () => {} });
}

/** @param {Conversation} conversation */
function attentionText({ attention }) {
  return wordFor(texts.attention, attention?.reason) ?? texts.attention.other;
}

/**
 * What the customer said.
 * @param {Conversation} conversation
 */
function wordsOf({ attention, last_message: last }) {
  return last?.direction === "in" ? previewText(last) : (attention?.summary ?? "");
}

/**
 * The number of conversations with something unread, in the title and on the icon of the installed page.
 * @param {number} count  whether the page holds them or not
 */
function showCount(count) {
  const title = count ? `(${count}) ${texts.title}` : texts.title;
  if (document.title === title) return;
  document.title = title;
  const shown = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  shown?.catch(() => {}); // The page is not installed.
}
