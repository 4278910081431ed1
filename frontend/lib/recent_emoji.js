// The emoji that were chosen last in this browser, the newest first.

const KEY = "recent-emoji";
const KEPT = 18;

/** @returns {string[]} */
export function recentEmoji() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // storage is forbidden, or something else was written there
  }
}

/** @param {string} emoji */
export function keepRecent(emoji) {
  try {
    const kept = [emoji, ...recentEmoji().filter((other) => other !== emoji)];
    localStorage.setItem(KEY, JSON.stringify(kept.slice(0, KEPT)));
  } catch {
    // Storage is full or forbidden: it is not remembered.
  }
}
