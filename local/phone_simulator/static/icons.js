import { html } from "./html.js";

const PATHS = {
  plus: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6 6 18",
  down: "m7 10 5 5 5-5",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01",
  document: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  video: "M4 7h11v10H4zM15 11l5-3v8l-5-3z",
  sticker: "M5 5h14v9l-5 5H5zM14 19v-5h5M9 10h.01M14 10h.01",
  location: "M12 21s-6-5.7-6-11a6 6 0 0 1 12 0c0 5.3-6 11-6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4.5-5 8-5s7 1 8 5",
  more: "M12 5a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200zM12 11.400a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200zM12 17.800a.6.6 0 1 0 0 1.200.6.6 0 0 0 0-1.200z",
  faults: "M13 3 5 14h6l-1 7 8-11h-6z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  blocked: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12",
  forward: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6",
  cart: "M3 4h3l2 11h10l2-8H7M9 20h.01M17 20h.01",
  headphones: "M4 15v-3a8 8 0 0 1 16 0v3M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z",
  form: "M6 4h12v16H6zM9 9h6M9 13h6M9 17h3",
  advertisement: "M4 10v4h3l7 4V6l-7 4zM17.500 9a4 4 0 0 1 0 6",
  group: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c.5-4 3-5 6-5s5.500 1 6 5M16 5.500a3 3 0 0 1 0 5.500M17 14.300c2.500.5 3.700 2 4 4.700",
  link: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  call: "M5 4h4l2 5-2.500 1.500a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z",
  question: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.500a2.5 2.5 0 1 1 3.5 2.300c-.8.4-1 .9-1 1.700M12 16.800h.01",
};
const FILLED = new Set(["send", "play", "stop"]);

export function Icon({ name }) {
  const style = FILLED.has(name) ? "icon filled" : "icon";
  return html`<svg class=${style} viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}

const ONE_TICK = "M2 8.5 5.5 12 12.5 4";
const SECOND_TICK = "M8.5 10.5 10 12 17 4";
const TICK_NAMES = { sent: "Sent", delivered: "Delivered", read: "Read", failed: "Failed" };

export function Ticks({ value }) {
  return html`
    <svg class=${`ticks ${value}`} viewBox="0 0 19 16" role="img" aria-label=${TICK_NAMES[value] ?? value}>
      <path d=${ONE_TICK} />${value === "sent" ? null : html`<path d=${SECOND_TICK} />`}
    </svg>
  `;
}
