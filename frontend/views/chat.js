// An open conversation: header, why it needs attention, messages, composer.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useNarrow, useNow, usePageVisible } from "../lib/hooks.js";
import { shownName } from "../lib/names.js";
import { closeConversation } from "../lib/navigation.js";
import { awake, timeLeft } from "../lib/pause.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { DropArea, useFileDrop } from "./attach.js";
import { ChatHeader } from "./chat_header.js";
import { Composer, obstacleTo } from "./composer.js";
import { Empty, Failed, ThreadSkeleton } from "./empty.js";
import { Icon } from "./icon.js";
import { previewText } from "./kinds.js";
import { lazy, nothing } from "./lazy.js";
import { Thread } from "./thread.js";
import { useViewer } from "./viewer.js";

/** @import * as Types from "../data/types.js" */

const Gallery = lazy(async () => (await import("./gallery.js")).Gallery, { styles: ["viewer"], Waiting: nothing });
const TemplateDialog = lazy(async () => (await import("./templates.js")).TemplateDialog, { styles: ["templates"], Waiting: nothing });

/**
 * @param {object} props
 * @param {Types.Conversation} props.conversation
 * @param {Types.Thread} props.thread
 * @param {string} props.draft
 * @param {Types.Attachment[]} props.attachments
 * @param {Types.Quoted | null} props.quoted  the message that is being answered
 * @param {Types.RepliesState} props.replies
 * @param {Types.TemplatesState} props.templates
 * @param {boolean} props.cardOpen
 * @param {Types.Me} props.me
 * @param {Types.Actions} props.actions
 */
export function Chat({ conversation: known, thread, draft, attachments, quoted, replies, templates, cardOpen, me, actions }) {
  const now = useNow();
  const conversation = awake(known, now);
  const { id } = conversation;
  const [choosing, setChoosing] = useState(false); // a template
  const [gallery, setGallery] = useState(false);
  const { onClick, viewer } = useViewer(thread.messages);
  const obstacle = obstacleTo(conversation, thread.windowClosed, now);
  const dragging = useFileDrop(obstacle || choosing || gallery ? null : (files) => actions.attach(id, files));
  useMarkRead(conversation, thread.loaded, () => actions.act(id, "read"));

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape" && !event.defaultPrevented) closeConversation();
  }

  return html`<section class="chat" data-testid="chat" data-id=${id} aria-label=${texts.chat.label(shownName(conversation))} onClick=${onClick} onKeyDown=${onKeyDown}>
    <${Heading} text=${shownName(conversation)} />
    <${ChatHeader} conversation=${conversation} cardOpen=${cardOpen} me=${me} onFiles=${() => setGallery(true)} actions=${actions} />
    <${Attention} attention=${conversation.attention} onDone=${() => actions.markDone([id])} />
    <${Pause} until=${conversation.paused_until} now=${now} onResume=${() => actions.act(id, "resume", texts.takeover.resumed)} />
    <${Messages} conversation=${conversation} thread=${thread} canSend=${!obstacle} actions=${actions} />
    <${Composer}
      conversation=${conversation}
      obstacle=${obstacle}
      draft=${draft}
      attachments=${attachments}
      quoted=${quoted}
      replies=${replies}
      on=${{
        draft: (/** @type {string} */ text) => actions.setDraft(id, text),
        send: (/** @type {string} */ text) => actions.writeMessage(id, text),
        attach: (/** @type {File[]} */ files) => actions.attach(id, files),
        sendVoice: (/** @type {Types.Attachment} */ attachment) => actions.sendVoice(id, attachment),
        hold: (/** @type {Types.Attachment} */ attachment) => actions.hold(id, attachment),
        detach: (/** @type {Types.Attachment} */ attachment) => actions.detach(id, attachment),
        caption: (/** @type {Types.Attachment} */ attachment, /** @type {string} */ text) => actions.caption(id, attachment, text),
        loadReplies: actions.loadReplies,
        fillReply: (/** @type {string} */ text) => actions.fillReply(id, text),
        unquote: () => actions.quote(id, null),
        pause: () => actions.act(id, "pause", texts.takeover.pausedNow),
        unblock: () => actions.act(id, "unblock", texts.actions.unblockDone),
        chooseTemplate: () => setChoosing(true),
      }}
    />
    ${dragging && html`<${DropArea} />`}
    ${viewer}
    ${gallery && html`<${Gallery} onLoad=${(/** @type {string | null} */ before) => actions.loadFiles(id, before)} onClose=${() => setGallery(false)} />`}
    ${
      choosing &&
      html`<${TemplateDialog}
        templates=${templates}
        onLoad=${actions.loadTemplates}
        onSend=${(/** @type {Types.TemplateBody} */ body) => actions.sendTemplate(id, body)}
        onClose=${() => setChoosing(false)}
      />`
    }
    <${Announcer} name=${shownName(conversation)} messages=${thread.messages} loaded=${thread.loaded} />
  </section>`;
}

// On a phone the page's own heading is hidden with the list.
/** @param {{ text: string }} props */
function Heading({ text }) {
  return html`<p class="visually-hidden" role="heading" aria-level=${useNarrow() ? "1" : "2"}>${text}</p>`;
}

/** @param {{ conversation: Types.Conversation, thread: Types.Thread, canSend: boolean, actions: Types.Actions }} props */
function Messages({ conversation, thread, canSend, actions }) {
  const { id } = conversation;
  if (!thread.loaded && thread.error)
    return html`<${Failed} title=${texts.chat.failed} error=${thread.error} onRetry=${() => actions.loadThread(id)} />`;
  if (!thread.loaded) return html`<${ThreadSkeleton} />`;
  if (!thread.messages.length) return html`<${Empty} icon="chats" title=${texts.chat.empty} />`;
  return html`<${Thread}
    thread=${thread}
    writing=${conversation.assistant === "writing"}
    onOlder=${() => actions.loadOlder(id)}
    canSend=${canSend}
    on=${{
      retry: (/** @type {Types.ShownMessage} */ message) => actions.retryMessage(id, message),
      discard: (/** @type {Types.ShownMessage} */ message) => actions.discardMessage(id, message),
      cancelUpload: actions.cancelUpload,
      sendAgain: (/** @type {Types.ShownMessage} */ message) => actions.sendAgain(id, message),
      retryMedia: (/** @type {Types.ShownMessage} */ message) => actions.retryMedia(id, message),
    }}
  />`;
}

/** @param {{ attention: Types.Attention | null, onDone: () => void }} props */
function Attention({ attention, onDone }) {
  const now = useNow();
  if (!attention) return null;
  const { reason, at, summary } = attention;
  return html`<p class="attention" role="status" data-testid="attention">
    <${Icon} name="alert" />
    <span>
      ${wordFor(texts.attention, reason) ?? texts.attention.other}${summary && html`: <bdi>“${summary}”</bdi>`} · <time datetime=${at} title=${fullTime(at)}>${listTime(at, now)}</time>
    </span>
    <button type="button" class="btn btn-quiet btn-sm" data-testid="attention-done" onClick=${onDone}>${texts.actions.dismiss}</button>
  </p>`;
}

/** @param {{ until: string | null, now: Date, onResume: () => void }} props */
function Pause({ until, now, onResume }) {
  if (!until) return null;
  return html`<p class="pause-line" data-testid="pause">
    <${Icon} name="pause" />
    <span>${texts.takeover.pausedFor(timeLeft(until, now))}</span>
    <button type="button" class="btn btn-quiet btn-sm" onClick=${onResume}>${texts.takeover.resume}</button>
  </p>`;
}

// Tells screen readers what arrives; the messages themselves are no live region, or older pages would be read out.
/** @param {{ name: string, messages: Types.ShownMessage[], loaded: boolean }} props */
function Announcer({ name, messages, loaded }) {
  const latest = messages.findLast((message) => message.direction === "in");
  const first = useRef(/** @type {string | null | undefined} */ (undefined)); // null: there was none
  if (loaded && first.current === undefined) first.current = latest?.id ?? null;
  const news = loaded && latest && latest.id !== first.current;
  return html`<p class="visually-hidden" aria-live="polite">
    ${news && texts.chat.arrived(name, previewText(latest))}
  </p>`;
}

/**
 * @param {Types.Conversation} conversation
 * @param {boolean} loaded
 * @param {() => void} markRead
 */
function useMarkRead({ id, unread, marked_unread: marked }, loaded, markRead) {
  const visible = usePageVisible();
  const markedAtOpen = useRef(marked); // one that is marked later stays so until it is opened again
  useEffect(() => {
    if (!visible || !loaded || !(unread > 0 || markedAtOpen.current)) return;
    markedAtOpen.current = false;
    markRead();
  }, [id, unread, visible, loaded]);
}
