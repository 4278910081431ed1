// Notifications of the desktop. Nobody is asked before they want them, and few phones have them for pages
// (developer.mozilla.org/docs/Web/API/Notification/Notification).

/** @type {Map<string, Notification>} */
const shown = new Map(); // by tag

/** @typedef {"unsupported" | NotificationPermission} Permission */

/** @returns {Permission} */
export function notificationPermission() {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/**
 * Asks whoever looks at the page, if the browser lets us; to be called on a click of theirs.
 * @returns {Promise<Permission>}
 */
export async function askForNotifications() {
  return notificationPermission() === "default" ? Notification.requestPermission() : notificationPermission();
}

/**
 * Shows a notification without a sound, in place of the one with the same tag.
 * @param {{ tag: string, title: string, body: string, onClick: () => void }} told
 */
export function notify({ tag, title, body, onClick }) {
  if (notificationPermission() !== "granted") return;
  try {
    const notification = new Notification(title, { tag, body, silent: true, icon: "/assets/icons/icon-192.png" });
    notification.onclick = () => {
      window.focus();
      withdraw(tag);
      onClick();
    };
    notification.onclose = () => void (shown.get(tag) === notification && shown.delete(tag));
    shown.set(tag, notification);
  } catch {
    // A phone's browser: it has the name, and throws.
  }
}

/**
 * Takes a notification back that nobody needs any more.
 * @param {string} tag
 */
export function withdraw(tag) {
  shown.get(tag)?.close();
  shown.delete(tag);
}

/** Takes all of them back. */
export function withdrawAll() {
  for (const tag of [...shown.keys()]) withdraw(tag);
}
