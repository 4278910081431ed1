import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import * as api from "./api.js";
import { AttachMenu } from "./attach_menu.js";
import { inline } from "./format.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { startRecording } from "./recorder.js";
import { run, tell } from "./store.js";
import { summary } from "./summary.js";

export function Composer({ customer, replyTo, editing, businessName, onDone }) {
  const [text, setText] = useState("");
  const [attaching, setAttaching] = useState(false);
  const [recording, setRecording] = useState(null);
  const input = useRef(null);
  useLayoutEffect(() => {
    if (editing) setText(editing.text);
    if (editing || replyTo) input.current.focus({ preventScroll: true });
  }, [editing, replyTo]);
  useEffect(() => {
    input.current.style.height = "auto";
    input.current.style.height = `${input.current.scrollHeight}px`;
  }, [text]);
  const quoting = replyTo ? { reply_to: replyTo.id } : {};
  const finished = () => (setText(""), setAttaching(false), onDone());
  const send = () => {
    const words = text.trim();
    if (!words) return;
    const action = editing
      ? { type: "edit", message_id: editing.id, text: words, as_unsupported: Boolean(editing.asUnsupported) }
      : { type: "text", text: words, ...quoting };
    finished();
    run(() => api.act(customer.id, action));
  };
  const act = (action) => (finished(), run(() => api.act(customer.id, { ...action, ...quoting })));
  const attach = (fields, file) => (finished(), run(() => api.attach(customer.id, { ...fields, ...quoting }, file)));
  const record = async () => {
    setAttaching(false);
    try {
      setRecording(await startRecording());
    } catch (error) {
      tell(error.message);
    }
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") finished();
  };
  if (recording) {
    const finish = async () => {
      setRecording(null);
      attach({ type: "audio", voice: true }, await recording.finish());
    };
    return html`<${Recording} onSend=${finish} onCancel=${() => (setRecording(null), recording.cancel())} />`;
  }
  return html`
    <footer class="composer">
      ${(replyTo || editing) &&
      html`<${Banner} replyTo=${replyTo} editing=${editing} businessName=${businessName} onClose=${finished} />`}
      ${attaching &&
      html`<${AttachMenu} text=${text.trim()} onAct=${act} onFile=${attach} onRecord=${record} onClose=${() => setAttaching(false)} />`}
      <div class="composer-row">
        <button
          class="icon-button"
          aria-label="Attach"
          aria-expanded=${attaching}
          data-testid="attach"
          onPointerDown=${(event) => event.stopPropagation()}
          onClick=${() => setAttaching(!attaching)}
        >
          <${Icon} name=${attaching ? "close" : "plus"} />
        </button>
        <textarea
          ref=${input}
          rows="1"
          dir="auto"
          placeholder="Message"
          aria-label=${`Message from ${customer.name}`}
          data-testid="composer"
          value=${text}
          onInput=${(event) => setText(event.target.value)}
          onKeyDown=${onKeyDown}
        ></textarea>
        ${text.trim()
          ? html`<button class="round" aria-label=${editing ? "Save" : "Send"} data-testid="send" onClick=${send}><${Icon} name="send" /></button>`
          : html`<button class="round" aria-label="Record a voice note" data-testid="record" onClick=${record}><${Icon} name="mic" /></button>`}
      </div>
    </footer>
  `;
}

function Banner({ replyTo, editing, businessName, onClose }) {
  const message = editing ?? replyTo;
  const title = editing ? "Edit message" : `Reply to ${replyTo.author === "customer" ? "yourself" : businessName}`;
  return html`
    <div class="banner">
      <div><strong>${title}</strong><span dir="auto">${inline(summary(message))}</span></div>
      <button class="icon-button" aria-label="Cancel" onClick=${onClose}><${Icon} name="close" /></button>
    </div>
  `;
}

function Recording({ onSend, onCancel }) {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed((value) => value + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`
    <footer class="composer">
      <div class="composer-row">
        <button class="icon-button" aria-label="Discard" onClick=${onCancel}><${Icon} name="trash" /></button>
        <p class="recording" role="status"><i></i> Recording… ${elapsed} s</p>
        <button class="round" aria-label="Send the voice note" data-testid="send" onClick=${onSend}><${Icon} name="send" /></button>
      </div>
    </footer>
  `;
}
