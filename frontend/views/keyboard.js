// What the page's keys do, see lib/keyboard.js.
import { useEffect, useRef } from "preact/hooks";
import { shownConversations } from "../data/state/conversations.js";
import { actionOf } from "../lib/keyboard.js";
import { linkTo } from "../lib/navigation.js";

/** @import { State } from "../data/types.js" */

/**
 * Listens to the whole page's keys, and shows nothing.
 * @param {{ state: State, onHelp: () => void }} props
 */
export function Keyboard({ state, onHelp }) {
  useLineInView(state.openId);
  const handlers = {
    search: focusSearch,
    next: () => step(state, 1),
    previous: () => step(state, -1),
    help: () => {
      onHelp();
      return true;
    },
  };
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const onKeyDown = (event) => {
      const action = actionOf(event);
      if (action && action in handlers && current.current[/** @type {keyof typeof handlers} */ (action)]())
        event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return null;
}

/** The field is not there in the settings, and on a phone not beside a chat: then the key is the browser's. */
function focusSearch() {
  const field = document.querySelector('[data-shortcut="search"]');
  if (!(field instanceof HTMLInputElement) || !field.checkVisibility()) return false;
  field.focus();
  field.select();
  return true;
}

/**
 * Opens the conversation above or below the open one.
 * @param {State} state
 * @param {1 | -1} by
 */
function step(state, by) {
  if (state.page) return false;
  const ids = shownConversations(state).map(({ id }) => id);
  const at = state.openId ? ids.indexOf(state.openId) : -1;
  const id = at < 0 ? ids.at(by > 0 ? 0 : -1) : ids[at + by];
  if (id) location.hash = linkTo(id);
  return true;
}

/**
 * Shows the line of what was opened, and leaves the focus there where no composer takes it.
 * @param {string | null} openId
 */
function useLineInView(openId) {
  useEffect(() => {
    const line = openId && document.querySelector(`[data-testid="conversation-item"][data-id="${CSS.escape(openId)}"]`);
    if (!(line instanceof HTMLElement)) return;
    line.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) line.focus({ preventScroll: true });
  }, [openId]);
}
