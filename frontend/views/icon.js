// The icons, drawn as lines on a 24 by 24 grid in the colour of the text around them.
import { html } from "../html.js";

const PATHS = {
  alert: ["M12 4 2.8 20h18.4z", "M12 10v4.5", "M12 17.2v.1"],
  back: ["M20 12H4", "M10.5 5.5 4 12l6.5 6.5"],
  ban: ["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M6 6l12 12"],
  button: ["M9.5 6 4 11.5 9.5 17", "M4.5 11.5H14a6 6 0 0 1 6 6V18"],
  cart: ["M3 4h2.5l2.2 11h10l2-8H6.4", "M9 19.5v.1", "M16.5 19.5v.1"],
  chats: [
    "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4a2 2 0 0 1-2-2z",
  ],
  clock: ["M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 7.5V12l3 2"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  contact: [
    "M4 5h16v14H4z",
    "M9.5 9a1.75 1.75 0 1 0 0 3.5 1.75 1.75 0 0 0 0-3.5z",
    "M6.5 16c.6-2 5.4-2 6 0",
    "M15.5 10H18",
    "M15.5 13.5H18",
  ],
  down: ["M6 9.5l6 6 6-6"],
  edit: ["M4.5 19.5l1-4L16 5l3 3L8.5 18.5z", "M13.5 7.5l3 3"],
  file: ["M6 3.5h8l4 4v13H6z", "M14 3.5v4h4"],
  image: ["M4 5h16v14H4z", "M4.5 17l4.5-5 3.5 3.5 2.5-2.5 4.5 4", "M15 8.75v.1"],
  layout: ["M4 5h16v14H4z", "M4 10h16", "M10 10v9"],
  logout: ["M14 4.5H6v15h8", "M10.5 12H20", "M16.5 8.5 20 12l-3.5 3.5"],
  mail: ["M3.5 6h17v12h-17z", "M4 6.5l8 6.5 8-6.5"],
  menu: ["M12 5.5v.1", "M12 12v.1", "M12 18.5v.1"],
  mic: [
    "M12 3.5a2.5 2.5 0 0 1 2.5 2.5v5.5a2.5 2.5 0 0 1-5 0V6A2.5 2.5 0 0 1 12 3.5z",
    "M6 11.5a6 6 0 0 0 12 0",
    "M12 17.5v3",
  ],
  offline: ["M3 9.5a13 13 0 0 1 18 0", "M6.5 13.5a8 8 0 0 1 11 0", "M12 18.5v.1", "M4 4l16 16"],
  pause: ["M9 5.5v13", "M15 5.5v13"],
  person: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4.5 20c1-5 14-5 15 0"],
  pin: [
    "M12 21c-4-4.5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6.5-6.5 11z",
    "M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  ],
  question: ["M9 9.2a3 3 0 1 1 4.3 2.7c-.9.4-1.3 1-1.3 2.1", "M12 17.5v.1"],
  refresh: ["M19 12a7 7 0 1 1-2-5l2.5 2.5", "M19.5 4.5v5h-5"],
  search: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.5 15.5 20 20"],
  send: ["M4.5 12 3.5 4.5 21 12 3.5 19.5z", "M4.5 12H12"],
  smile: [
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
    "M8.5 14c1.5 2.5 5.5 2.5 7 0",
    "M9 9.5v.1",
    "M15 9.5v.1",
  ],
  spark: ["M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"],
  staff: [
    "M5 14v-2.5a7 7 0 0 1 14 0V14",
    "M4 14h3.5v5H5.5A1.5 1.5 0 0 1 4 17.5z",
    "M20 14h-3.5v5h2a1.5 1.5 0 0 0 1.5-1.5z",
  ],
  sticker: ["M5 4.5h14V14l-5.5 5.5H5z", "M19 14h-5.5v5.5"],
  tick: ["M5 12.5l4.5 4.5L19 7.5"],
  ticks: ["M1.5 12.5 6 17l9.5-9.5", "M11.5 15.5 13 17l9.5-9.5"],
  unread: [
    "M4 6.5A2.5 2.5 0 0 1 6.5 4H14",
    "M20 10v3.5a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4a2 2 0 0 1-2-2V6.5",
    "M18.5 5.5v.1",
  ],
  video: ["M3.5 6.5h11v11h-11z", "M14.5 11l6-3.5v9l-6-3.5z"],
};

/** An icon; with a label it speaks for itself, without one it is decoration. */
export function Icon({ name, label, class: className = "" }) {
  return html`<svg
    class=${`icon icon-${name} ${className}`}
    viewBox="0 0 24 24"
    role=${label ? "img" : undefined}
    aria-label=${label}
    aria-hidden=${label ? undefined : "true"}
  >
    ${PATHS[name].map((path) => html`<path d=${path} />`)}
  </svg>`;
}
