// What can be done with a conversation, from the list and from the open chat.
import { closeConversation } from "../lib/navigation.js";
import { can } from "../lib/roles.js";
import { texts } from "../lib/texts.js";

/**
 * @import { Conversation, FirstActions, Me } from "../data/types.js"
 * @import { Item } from "./menu.js"
 */

/**
 * @param {Conversation} conversation
 * @param {Me} me
 * @param {FirstActions} actions
 * @param {{ inChat?: boolean }} [where]  who marks the open chat as unread is done with it for now
 * @returns {Item[]}  none for whom may only look
 */
export function sortingItems({ id, assignee, attention, unread, marked_unread: marked }, me, actions, { inChat = false } = {}) {
  if (!can(me.role, "agent")) return [];
  const ids = [id];
  const mine = assignee === me.email;
  /** @type {Item} */
  const take = {
    icon: "person",
    text: mine ? texts.sorting.giveBack : texts.sorting.take,
    onChoose: () =>
      actions.sort(ids, { assignee: mine ? null : me.email }, mine ? texts.sorting.unassigned : texts.sorting.taken),
  };
  /** @type {Item} */
  const done = { icon: "tick", text: texts.rowActions.dismissLong, onChoose: () => actions.markDone(ids) };
  /** @type {Item} */
  const read = { icon: "ticks", text: texts.rowActions.read, onChoose: () => actions.markRead(ids) };
  /** @type {Item} */
  const markUnread = {
    icon: "unread",
    text: texts.sorting.unread,
    onChoose: () => {
      actions.markUnread(ids);
      if (inChat) closeConversation();
    },
  };
  return [
    ...(attention ? [done] : []),
    unread > 0 || marked ? read : markUnread,
    take,
    { icon: "team", text: texts.sorting.assign, onChoose: () => actions.askSorting("assign", ids) },
    { icon: "label", text: texts.sorting.label, onChoose: () => actions.askSorting("label", ids) },
    { icon: "clock", text: texts.sorting.snooze, onChoose: () => actions.askSorting("snooze", ids) },
  ];
}
