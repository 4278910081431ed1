// The focus by selector: a selector alone does not tell TypeScript that what it finds takes the focus.

/**
 * Gives the focus to the first element that the selector finds, if there is one.
 * @param {ParentNode | null} root
 * @param {string} selector
 */
export function focusIn(root, selector) {
  const found = root?.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}
