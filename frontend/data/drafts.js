// Unsent texts survive a reload of the tab, and go when the tab is closed.
const KEY = "drafts";

/** @returns {Record<string, string>} by conversation id */
export function loadDrafts() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Record<string, string>} drafts */
export function saveDrafts(drafts) {
  try {
    sessionStorage.setItem(
      KEY,
      JSON.stringify(Object.fromEntries(Object.entries(drafts).filter(([, text]) => text))),
    );
  } catch {
    // Storage is full or forbidden: the draft is still in the page.
  }
}
