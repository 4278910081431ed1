// What can be done with a conversation as a whole, from the contact card.
import { useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { openPage } from "../lib/navigation.js";
import { texts } from "../lib/texts.js";
import { Confirmation } from "./chat_header.js";
import { Icon } from "./icon.js";
import { lazy, nothing } from "./lazy.js";

/**
 * @import { Actions, Conversation, Me } from "../data/types.js"
 * @import { Question } from "./chat_header.js"
 * @import { IconName } from "./icon.js"
 */

const ExportDialog = lazy(async () => (await import("./card_privacy.js")).ExportDialog, { Waiting: nothing });
const EraseDialog = lazy(async () => (await import("./card_privacy.js")).EraseDialog, { Waiting: nothing });

/** @param {{ conversation: Conversation, me: Me, actions: Actions }} props */
export function CardActions({ conversation, me, actions }) {
  const { id, paused, blocked } = conversation;
  const [asked, setAsked] = useState(/** @type {Question | null} */ (null));
  const [wanted, setWanted] = useState(/** @type {"export" | "erase" | null} */ (null));
  const dialog = { conversation, actions, onClose: () => setWanted(null) };
  const showActivity = () => {
    actions.wantActivity({ who: null, conversationId: id });
    openPage("activity");
  };
  return html`<div class="card-actions">
    ${
      paused
        ? html`<${Action} icon="spark" text=${texts.contact.resumeAssistant} onChoose=${() => actions.act(id, "resume", texts.takeover.resumed)} />`
        : html`<${Action} icon="pause" text=${texts.contact.pauseAssistant} onChoose=${() => actions.act(id, "pause", texts.takeover.pausedNow)} />`
    }
    <${Action} icon="refresh" text=${texts.actions.reset} onChoose=${() => setAsked("reset")} />
    ${
      blocked
        ? html`<${Action} icon="ban" text=${texts.actions.unblock} onChoose=${() => actions.act(id, "unblock", texts.actions.unblockDone)} />`
        : html`<${Action} icon="ban" text=${texts.actions.block} tone="danger" onChoose=${() => setAsked("block")} />`
    }
    ${me.role === "owner" && html`<${Action} icon="history" text=${texts.contact.activity} onChoose=${showActivity} />`}
    <${Action} icon="download" text=${texts.privacy.export} onChoose=${() => setWanted("export")} />
    ${me.role === "owner" && html`<${Action} icon="trash" text=${texts.privacy.erase} tone="danger" onChoose=${() => setWanted("erase")} />`}
    ${wanted === "export" && html`<${ExportDialog} ...${dialog} />`}
    ${wanted === "erase" && html`<${EraseDialog} ...${dialog} />`}
    ${asked && html`<${Confirmation} asked=${asked} conversation=${conversation} actions=${actions} onClose=${() => setAsked(null)} />`}
  </div>`;
}

/** @param {{ icon: IconName, text: string, tone?: "plain" | "danger", onChoose: () => void }} props */
function Action({ icon, text, tone = "plain", onChoose }) {
  return html`<button type="button" class=${`card-action card-action-${tone}`} onClick=${onChoose}><${Icon} name=${icon} /><span>${text}</span></button>`;
}
