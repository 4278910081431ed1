// The field in which staff write: Enter sends, Shift+Enter begins a new line, a slash brings canned replies.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../lib/html.js";
import { isKeyOf } from "../lib/keyboard.js";
import { canRecord } from "../lib/recording.js";
import { gapIn } from "../lib/replies.js";
import { texts } from "../lib/texts.js";
import { AttachMenu, filesPasted } from "./attach.js";
import { Icon } from "./icon.js";
import { lazy, nothing } from "./lazy.js";
import { GapWarning, useReplies } from "./replies_picker.js";

/**
 * @import { Attachment, Quoted, RepliesState } from "../data/types.js"
 * @import { ComposerActions } from "./composer.js"
 */

const EmojiPicker = lazy(async () => (await import("./emoji_picker.js")).EmojiPicker, { styles: ["emoji"], Waiting: nothing });

const MAX_LENGTH = 4096; // WhatsApp's for a text message
const MAX_CAPTION_LENGTH = 1024; // WhatsApp's for the text below a file

/** @param {Attachment | null} attachment */
export function mostCharacters(attachment) {
  return attachment ? MAX_CAPTION_LENGTH : MAX_LENGTH;
}

/**
 * @param {object} props
 * @param {string} props.draft
 * @param {string} props.text  what stands in the field: the draft, or the caption of the file that is shown
 * @param {Attachment | null} props.attachment  the one that is shown
 * @param {Attachment[]} props.attachments
 * @param {Quoted | null} props.quoted
 * @param {RepliesState} props.replies
 * @param {(url: string) => void} props.onShow  shows a file
 * @param {() => void} props.onRecord
 * @param {ComposerActions} props.on
 */
export function ComposerForm({ draft, text, attachment, attachments, quoted, replies, onShow, onRecord, on }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [warned, setWarned] = useState(/** @type {string | null} */ (null)); // the text whose gap was told
  const wanted = useRef(on.send); // how it was to go out when its gap was told
  const isSound = attachment?.kind === "audio";
  const isReady = attachments.length ? attachments.every(isFit) && fits(attachments[0], draft) : Boolean(draft.trim());
  const change = (/** @type {string} */ changed) => (attachment ? on.caption(attachment, changed) : on.draft(changed));
  const picker = useReplies({ field, replies, onLoad: on.loadReplies, onFill: on.fillReply, onText: change });
  const gap = isSound ? null : gapIn(text);
  const { choosing, setChoosing, panel } = useEmojiPanel(field);
  const isOpening = useRef(true);
  useEffect(() => {
    // Whoever went on to something else while the chat was loading stays there.
    const mayTake = !isOpening.current || !document.activeElement?.closest(".chat, .card-panel");
    isOpening.current = false;
    // On a touch screen the focus would open the keyboard over the messages.
    if (mayTake && matchMedia("(hover: hover) and (pointer: fine)").matches) field.current?.focus();
  }, [attachment?.url, quoted]);

  /** @param {Event} event */
  function send(event, deliver = on.send) {
    event.preventDefault();
    field.current?.focus();
    if (picker.isFilling()) return;
    wanted.current = deliver;
    const captions = attachments.map((each, place) => (place === 0 ? { ...each, caption: draft } : each));
    const elsewhere = captions.find(({ url, kind, caption }) => url !== attachment?.url && kind !== "audio" && gapIn(caption));
    if (gap) {
      setWarned(text);
      field.current?.setSelectionRange(gap.start, gap.end);
    } else if (elsewhere) {
      setWarned(elsewhere.caption);
      onShow(elsewhere.url);
    } else if (isReady) deliver(draft.trim());
  }

  function sendAnyway() {
    if (isReady) wanted.current(draft.trim());
    field.current?.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (picker.onKeyDown(event)) return;
    if (event.key === "Escape" && choosing) {
      event.preventDefault();
      setChoosing(false);
    }
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    else if (isKeyOf(event, "sendAndPause")) send(event, on.sendAndPause);
  }

  /** @param {string} emoji */
  function insert(emoji) {
    const { current } = field;
    if (!current || current.value.length + emoji.length > mostCharacters(attachment)) return;
    current.setRangeText(emoji, current.selectionStart, current.selectionEnd, "end");
    change(current.value);
  }

  /** @param {ClipboardEvent} event */
  function onPaste(event) {
    const files = filesPasted(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    on.attach(files);
  }

  /** @param {{ currentTarget: HTMLTextAreaElement }} event */
  function onInput({ currentTarget }) {
    change(currentTarget.value);
    picker.look();
  }

  return html`<form class="composer" onSubmit=${send}>
    ${gap && warned === text && html`<${GapWarning} gap=${gap.text} onSend=${sendAnyway} />`}
    ${picker.list}
    ${
      choosing &&
      !isSound &&
      html`<div class="emoji-panel" ref=${panel.ref} role="group" aria-label=${texts.emoji.title} data-testid="emoji-panel" onKeyDown=${panel.onKeyDown}>
        <${EmojiPicker} onChoose=${insert} />
      </div>`
    }
    <${AttachMenu} onAttach=${on.attach} onReply=${picker.ask} onEmoji=${isSound ? null : () => setChoosing(true)} onTemplate=${on.chooseTemplate} onNote=${on.note} />
    <div class="composer-field">
      <textarea
        ...${picker.field}
        ref=${field}
        rows="1"
        dir="auto"
        maxlength=${mostCharacters(attachment)}
        placeholder=${placeholder(attachment, isSound)}
        aria-label=${attachment && !isSound ? texts.composer.caption : texts.composer.label}
        value=${isSound ? "" : text}
        readonly=${isSound}
        data-testid="composer"
        onInput=${onInput}
        onKeyUp=${picker.look}
        onClick=${picker.look}
        onKeyDown=${onKeyDown}
        onPaste=${onPaste}
      ></textarea>
      ${
        !isSound &&
        html`<button
            type="button"
            class="icon-button composer-emoji"
            aria-label=${texts.emoji.title}
            title=${texts.emoji.title}
            aria-expanded=${String(choosing)}
            data-testid="emoji-button"
            onClick=${() => setChoosing(!choosing)}
          >
            <${Icon} name="smile" />
          </button>
          <button type="button" class="icon-button composer-replies" aria-label=${texts.replies.title} title=${texts.replies.hint} data-testid="replies-button" onClick=${picker.ask}>
          <${Icon} name="quick" />
        </button>`
      }
    </div>
    ${
      !text && !attachments.length && canRecord()
        ? html`<button type="button" class="send-button" key="record" aria-label=${texts.recorder.start} title=${texts.recorder.start} data-testid="record" onClick=${onRecord}>
            <${Icon} name="mic" />
          </button>`
        : html`<button type="submit" class="send-button" key="send" aria-label=${texts.composer.send} disabled=${!isReady} data-testid="send">
            <${Icon} name="send" />
          </button>`
    }
  </form>`;
}

/**
 * The emoji above the field: open until Escape or a click elsewhere.
 * @param {{ current: HTMLTextAreaElement | null }} field
 */
function useEmojiPanel(field) {
  const [choosing, setChoosing] = useState(false);
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!choosing) return undefined;
    /** @param {PointerEvent} event */
    const outside = ({ target }) => {
      const inside = target instanceof Element && (ref.current?.contains(target) || target.closest(".composer-emoji"));
      if (!inside) setChoosing(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [choosing]);

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      setChoosing(false);
      field.current?.focus();
    }
    event.stopPropagation();
  }

  return { choosing, setChoosing, panel: { ref, onKeyDown } };
}

/** @param {Attachment} attachment */
function isFit(attachment) {
  return !attachment.problem && fits(attachment, attachment.caption);
}

/**
 * @param {Attachment} attachment
 * @param {string} caption
 */
function fits({ kind }, caption) {
  return kind === "audio" || caption.length <= MAX_CAPTION_LENGTH;
}

/**
 * @param {Attachment | null} attachment
 * @param {boolean} isSound
 */
function placeholder(attachment, isSound) {
  if (isSound) return texts.composer.noCaption;
  return attachment ? texts.composer.caption : texts.composer.placeholder;
}
