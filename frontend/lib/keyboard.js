// The page's keys, as data: a line here, a text in texts.keyboard, and whoever does it.
//
// `keys` are named as KeyboardEvent.key names them, so that they are where the reader's own layout has them: on an
// Italian keyboard "?" is Shift+' and "/" is Shift+7. Mod is Ctrl, on a Mac Cmd. AltGr, which types characters, is none
// of the modifiers. `while` says when a key counts:
//   always   whatever has the focus
//   reading  not while somebody types; these can be switched off, as WCAG 2.1.4 asks for keys that are one character
//   writing  in the composer, which looks after them itself
//   told     listed here only: the browser or a view of its own has always done it

/**
 * @typedef {"search" | "next" | "previous" | "help" | "send" | "sendAndPause" | "newLine" | "close"} KeyAction
 * @typedef {"always" | "reading" | "writing" | "told"} When
 * @typedef {{ action: KeyAction, keys: string[], while: When }} Key
 */

/** @type {Key[]} */
export const KEYS = [
  { action: "search", keys: ["Mod+k"], while: "always" },
  { action: "search", keys: ["/"], while: "reading" },
  { action: "next", keys: ["Alt+ArrowDown"], while: "always" },
  { action: "previous", keys: ["Alt+ArrowUp"], while: "always" },
  { action: "send", keys: ["Enter", "Mod+Enter"], while: "told" },
  { action: "sendAndPause", keys: ["Mod+Shift+Enter"], while: "writing" },
  { action: "newLine", keys: ["Shift+Enter"], while: "told" },
  { action: "close", keys: ["Escape"], while: "told" },
  { action: "help", keys: ["?"], while: "reading" },
];

const PREFERENCE = "single-keys";
const ON_MAC = /^(Mac|iPhone|iPad)/.test(globalThis.navigator?.platform ?? "");

/**
 * What a key pressed somewhere in the page is for, or null.
 * @param {KeyboardEvent} event
 * @returns {KeyAction | null}
 */
export function actionOf(event) {
  if (event.defaultPrevented || event.isComposing || isBusy(event.target)) return null;
  const reads = !isTyping(event.target) && singleKeysOn();
  const found = KEYS.find(
    (key) => (key.while === "always" || (key.while === "reading" && reads)) && isPressed(event, key),
  );
  return found?.action ?? null;
}

/**
 * Whether a key event is the key of an action, wherever the focus is.
 * @param {KeyboardEvent} event
 * @param {KeyAction} action
 */
export function isKeyOf(event, action) {
  return !event.isComposing && KEYS.some((key) => key.action === action && isPressed(event, key));
}

/** The keys of each action, as the help lists them: "Ctrl+K", on a Mac "⌘K". */
export function keysByAction() {
  /** @type {Map<KeyAction, string[]>} */
  const found = new Map();
  for (const { action, keys } of KEYS) found.set(action, [...(found.get(action) ?? []), ...keys.map(shown)]);
  return [...found];
}

export function singleKeysOn() {
  try {
    return localStorage.getItem(PREFERENCE) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
export function switchSingleKeys(on) {
  try {
    localStorage.setItem(PREFERENCE, on ? "on" : "off");
  } catch {
    // Storage is full or forbidden: they stay as they are.
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {Key} key
 */
function isPressed(event, { keys }) {
  return keys.some((combination) => {
    const { key, mod, alt, shift } = parts(combination);
    // A character may need Shift on one layout and not on another.
    const isCharacter = key.length === 1 && !mod && !alt;
    return (
      event.key.toLowerCase() === key &&
      (ON_MAC ? event.metaKey : event.ctrlKey) === mod &&
      !(ON_MAC ? event.ctrlKey : event.metaKey) &&
      event.altKey === alt &&
      (isCharacter || event.shiftKey === shift)
    );
  });
}

/** @param {string} combination */
function parts(combination) {
  const names = combination.split("+");
  const has = (/** @type {string} */ name) => names.includes(name);
  return { key: (names.at(-1) ?? "").toLowerCase(), mod: has("Mod"), alt: has("Alt"), shift: has("Shift") };
}

/** @param {string} combination */
function shown(combination) {
  /** @type {Record<string, string>} */
  const names = { Mod: ON_MAC ? "⌘" : "Ctrl", ArrowDown: "↓", ArrowUp: "↑", Enter: "↵", Escape: "Esc", Shift: "⇧" };
  names.Alt = ON_MAC ? "⌥" : "Alt";
  const words = combination.split("+").map((name) => names[name] ?? name.toUpperCase());
  return words.join(ON_MAC ? "" : "+");
}

/**
 * Where somebody types, a character is a character.
 * @param {EventTarget | null} target
 */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/**
 * A choice that is open has the arrow keys, and an open dialog has the page.
 * @param {EventTarget | null} target
 */
function isBusy(target) {
  return (target instanceof Element && target.matches("select")) || document.querySelector("dialog[open]") !== null;
}
