// Who else is in a conversation: this page tells that it is open, and is told who has it open too.
import { useEffect, useRef, useState } from "preact/hooks";
import { usePageVisible } from "../lib/hooks.js";
import { personName } from "../lib/names.js";
import { texts } from "../lib/texts.js";

/** @import { Present } from "../data/types.js" */

const ALONE_MS = 15_000;
const TOGETHER_MS = 5_000; // somebody may begin to write any moment
const STILL_TYPING_MS = 6_000;

/**
 * Beats while the conversation can be seen, and when somebody begins or ends to type.
 * @param {string} id
 * @param {string} draft
 * @param {boolean} together  whether somebody else is there
 * @param {((typing: boolean) => void) | null} onBeat  null for who only reads
 */
export function usePresence(id, draft, together, onBeat) {
  const visible = usePageVisible();
  const typing = useTyping(draft);
  useEffect(() => {
    if (!visible || !onBeat) return undefined;
    onBeat(typing);
    const timer = setInterval(() => onBeat(typing), together ? TOGETHER_MS : ALONE_MS);
    return () => clearInterval(timer);
  }, [id, visible, typing, together]);
}

/**
 * Whether somebody types: not a draft from before, and not one that was left.
 * @param {string} draft
 */
function useTyping(draft) {
  const [typing, setTyping] = useState(false);
  const before = useRef(draft);
  useEffect(() => {
    if (draft === before.current) return undefined;
    before.current = draft;
    setTyping(draft !== "");
    const timer = setTimeout(() => setTyping(false), STILL_TYPING_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return typing;
}

/**
 * Who types, else who is there, in words; empty for nobody.
 * @param {Present[]} others
 */
export function presenceText(others) {
  const typing = others.filter((other) => other.typing);
  if (typing.length) return texts.presence.typing(namesOf(typing), typing.length);
  return others.length ? texts.presence.here(namesOf(others), others.length) : "";
}

/** @param {Present[]} people */
function namesOf(people) {
  return new Intl.ListFormat(texts.locale).format(people.map(({ email }) => personName(email)));
}
