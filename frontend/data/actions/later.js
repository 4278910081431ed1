// What is done in conversations, in the other rooms and from menus: fetched once the list is there, see ../actions.js.
import { createBubbleActions } from "./bubbles.js";
import { createCardActions } from "./card.js";
import { createDelivery } from "./delivery.js";
import { createFileActions } from "./files.js";
import { createMessageActions } from "./messages.js";
import { createNumberActions } from "./numbers.js";
import { createPrivacyActions } from "./privacy.js";
import { createReplyActions } from "./replies.js";
import { createSearchActions } from "./search.js";
import { createSettingsActions } from "./settings.js";
import { createSortingActions } from "./sorting.js";
import { createStaffActions } from "./staff.js";
import { createTemplateActions } from "./templates.js";

/**
 * @import { Tools } from "../actions.js"
 * @import { ConversationActions } from "./conversations.js"
 * @import { CountActions } from "./counts.js"
 * @import { ProfileActions } from "./profile.js"
 * @typedef {ReturnType<typeof createLaterActions>} LaterActions
 */

/**
 * @param {Tools} tools
 * @param {{ conversations: ConversationActions, counts: CountActions, profile: ProfileActions }} first
 */
export function createLaterActions(tools, { conversations, counts, profile }) {
  const delivery = createDelivery(tools);
  const settings = createSettingsActions(tools);
  return {
    ...delivery,
    ...createSortingActions(tools, counts),
    ...createMessageActions(tools, delivery),
    ...createSearchActions(tools, conversations),
    ...createBubbleActions(tools),
    ...createFileActions(tools),
    ...createTemplateActions(tools),
    ...createCardActions(tools, profile),
    ...createPrivacyActions(tools),
    ...createStaffActions(tools),
    ...settings,
    ...createReplyActions(tools, profile, settings.loadSettings),
    ...createNumberActions(tools),
  };
}
