// An open conversation: header, why it needs attention, messages, composer.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { useNow, usePageVisible } from "../lib/hooks.js";
import { shownName } from "../lib/names.js";
import { closeConversation } from "../lib/navigation.js";
import { awake, timeLeft } from "../lib/pause.js";
import { can } from "../lib/roles.js";
import { texts, wordFor } from "../lib/texts.js";
import { fullTime, listTime } from "../lib/times.js";
import { DropArea, useFileDrop } from "./attach.js";
import { ChatHeader } from "./chat_header.js";
import { Composer, obstacleTo, readOnly } from "./composer.js";
import { Empty, Failed, ThreadSkeleton } from "./empty.js";
import { Heading } from "./heading.js";
import { Icon } from "./icon.js";
import { previewText } from "./kinds.js";
import { withNotes } from "./note_bubble.js";
import { lazy, nothing } from "./lazy.js";
import { usePresence } from "./presence.js";
import { Thread } from "./thread.js";
import { useViewer } from "./viewer.js";

/** @import * as Types from "../data/types.js" */

const ReactionDialog = lazy(async () => (await import("./reaction_dialog.js")).ReactionDialog, { styles: ["emoji"], Waiting: nothing });
const ChatSearch = lazy(async () => (await import("./chat_search.js")).ChatSearch, { styles: ["search"], Waiting: nothing });
const Gallery = lazy(async () => (await import("./gallery.js")).Gallery, { styles: ["viewer"], Waiting: nothing });
const MessageInfo = lazy(async () => (await import("./message_info.js")).MessageInfo, { Waiting: nothing });
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
 * @param {Types.Card} props.card
 * @param {boolean} props.cardOpen
 * @param {number} props.pauseMinutes  for which the assistant pauses after a message of staff
 * @param {Types.MessageSearch} props.search
 * @param {string | null} props.sought  the message that is being gone to
 * @param {Types.Me} props.me
 * @param {Types.Present[]} props.present  who else has it open
 * @param {Types.Actions} props.actions
 */
export function Chat({ conversation: known, thread, draft, attachments, quoted, replies, templates, card, cardOpen, pauseMinutes, search, sought, me, present, actions }) {
  const now = useNow();
  const conversation = awake(known, now);
  const { id } = conversation;
  const [choosing, setChoosing] = useState(false); // a template
  const [gallery, setGallery] = useState(false);
  const { onClick, viewer } = useViewer(thread.messages, thread.before !== null, (before) => actions.loadFiles(id, before));
  const [searching, setSearching] = useState(false);
  const [about, setAbout] = useState(/** @type {Types.ShownMessage | null} */ (null)); // whose details are shown
  const [reacting, setReacting] = useState(/** @type {Types.ShownMessage | null} */ (null)); // to what an emoji is sought
  const mayWrite = can(me.role, "agent");
  const obstacle = mayWrite ? obstacleTo(conversation, thread.windowClosed, now) : readOnly();
  const dragging = useFileDrop(obstacle || choosing || gallery ? null : (files) => actions.attach(id, files));
  const beat = mayWrite ? (/** @type {boolean} */ typing) => actions.beat(id, typing) : null;
  usePresence(id, draft, present.length > 0, beat);
  useNotes(conversation, card, () => actions.loadNotes(id));
  useMarkRead(conversation, thread.loaded && mayWrite, () => actions.act(id, "read"));

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      if (quoted) actions.quote(id, null);
      else closeConversation();
    }
    // The browser's own search knows nothing of messages that are not loaded; a second time it is the browser's.
    if (event.key === "f" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && !searching) {
      event.preventDefault();
      setSearching(true);
    }
  }

  function closeSearch() {
    setSearching(false);
    /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="search-chat"]'))?.focus();
  }

  /** @param {string} text */
  function sendAndPause(text) {
    // The message does not wait for the pause: the field is empty at once, and nothing goes out twice.
    if (!conversation.paused || conversation.paused_until) actions.act(id, "pause", texts.takeover.pausedNow);
    actions.writeMessage(id, text);
  }

  return html`<section class="chat" data-testid="chat" data-id=${id} aria-label=${texts.chat.label(shownName(conversation))} onClick=${onClick} onKeyDown=${onKeyDown}>
    <${Heading} text=${shownName(conversation)} />
    <${ChatHeader}
      conversation=${conversation}
      cardOpen=${cardOpen}
      me=${me}
      present=${present}
      onFiles=${() => setGallery(true)}
      onSearch=${() => setSearching(true)}
      actions=${actions}
    />
    ${searching && html`<${ChatSearch} conversationId=${id} search=${search} actions=${actions} onClose=${closeSearch} />`}
    <${Attention} attention=${conversation.attention} onDone=${mayWrite ? () => actions.markDone([id]) : null} />
    <${Pause} until=${conversation.paused_until} now=${now} onResume=${mayWrite ? () => actions.act(id, "resume", texts.takeover.resumed) : null} />
    <${Messages} conversation=${conversation} thread=${thread} notes=${card.notes} sought=${sought} canSend=${!obstacle} actions=${actions} onInfo=${setAbout} onReact=${setReacting} />
    <${Composer}
      conversation=${conversation}
      obstacle=${obstacle}
      draft=${draft}
      attachments=${attachments}
      quoted=${quoted}
      replies=${replies}
      pauseMinutes=${pauseMinutes}
      on=${{
        draft: (/** @type {string} */ text) => actions.setDraft(id, text),
        send: (/** @type {string} */ text) => actions.writeMessage(id, text),
        sendAndPause,
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
        note: () => actions.beginNote(id),
      }}
    />
    ${dragging && html`<${DropArea} />`}
    ${viewer}
    ${gallery && html`<${Gallery} onLoad=${(/** @type {string | null} */ before) => actions.loadFiles(id, before)} onClose=${() => setGallery(false)} />`}
    ${about && html`<${MessageInfo} message=${thread.messages.find((each) => each.id === about.id) ?? about} onClose=${() => setAbout(null)} />`}
    ${reacting && html`<${ReactionDialog} onChoose=${(/** @type {string} */ emoji) => actions.react(reacting, emoji)} onClose=${() => setReacting(null)} />`}
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

/** @param {{ conversation: Types.Conversation, thread: Types.Thread, notes: Types.Note[], sought: string | null, canSend: boolean, actions: Types.Actions, onInfo: (message: Types.ShownMessage) => void, onReact: (message: Types.ShownMessage) => void }} props */
function Messages({ conversation, thread, notes, sought, canSend, actions, onInfo, onReact }) {
  const { id } = conversation;
  const withThem = useMemo(
    () => ({ ...thread, messages: withNotes(thread.messages, notes, !thread.before) }),
    [thread, notes],
  );

  /** @param {Types.ShownMessage} message */
  function reply(message) {
    actions.quote(id, message);
    /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="composer"]'))?.focus();
  }

  if (!thread.loaded && thread.error)
    return html`<${Failed} title=${texts.chat.failed} error=${thread.error} onRetry=${() => actions.loadThread(id)} />`;
  if (!thread.loaded) return html`<${ThreadSkeleton} />`;
  if (!thread.messages.length) return html`<${Empty} icon="chats" title=${texts.chat.empty} />`;
  return html`<${Thread}
    thread=${withThem}
    writing=${conversation.assistant === "writing"}
    canSend=${canSend}
    sought=${sought}
    move=${{
      older: () => actions.loadOlder(id),
      newer: () => actions.loadNewer(id),
      present: () => actions.loadThread(id),
      reached: actions.messageReached,
    }}
    on=${{
      retry: (/** @type {Types.ShownMessage} */ message) => actions.retryMessage(id, message),
      discard: (/** @type {Types.ShownMessage} */ message) => actions.discardMessage(id, message),
      cancelUpload: actions.cancelUpload,
      sendAgain: (/** @type {Types.ShownMessage} */ message) => actions.sendAgain(id, message),
      retryMedia: (/** @type {Types.ShownMessage} */ message) => actions.retryMedia(id, message),
      reply: canSend ? reply : null,
      react: canSend ? (/** @type {Types.ShownMessage} */ message, /** @type {string} */ emoji) => actions.react(message, emoji) : null,
      reactOtherwise: canSend ? onReact : null,
      copy: actions.copyText,
      info: onInfo,
    }}
  />`;
}

/** @param {{ attention: Types.Attention | null, onDone: (() => void) | null }} props */
function Attention({ attention, onDone }) {
  const now = useNow();
  if (!attention) return null;
  const { reason, at, summary } = attention;
  return html`<p class="attention" role="status" data-testid="attention">
    <${Icon} name="alert" />
    <span>
      ${wordFor(texts.attention, reason) ?? texts.attention.other}${summary && html`: <bdi>“${summary}”</bdi>`} · <time datetime=${at} title=${fullTime(at)}>${listTime(at, now)}</time>
    </span>
    ${onDone && html`<button type="button" class="btn btn-quiet btn-sm" data-testid="attention-done" onClick=${onDone}>${texts.actions.dismiss}</button>`}
  </p>`;
}

/** @param {{ until: string | null, now: Date, onResume: (() => void) | null }} props */
function Pause({ until, now, onResume }) {
  if (!until) return null;
  return html`<p class="pause-line" data-testid="pause">
    <${Icon} name="pause" />
    <span>${texts.takeover.pausedFor(timeLeft(until, now))}</span>
    ${onResume && html`<button type="button" class="btn btn-quiet btn-sm" onClick=${onResume}>${texts.takeover.resume}</button>`}
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
 * Reads the notes of a conversation that has any, again whenever they have changed.
 * @param {Types.Conversation} conversation
 * @param {Types.Card} card
 * @param {() => void} load
 */
function useNotes({ id, noted_at: notedAt }, { notesAt }, load) {
  useEffect(() => {
    if (notedAt && notedAt !== notesAt) load();
  }, [id, notedAt]);
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
