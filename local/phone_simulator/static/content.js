import { fileSize, formatted, initials } from "./format.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { Player } from "./player.js";

/** What stands in a bubble, for every kind of message. */
export function Content({ message }) {
  if (message.deleted) return html`<${Deleted} message=${message} />`;
  const View = VIEWS[message.kind] ?? Other;
  return html`<${View} message=${message} />`;
}

function Text({ text, className = "text" }) {
  return text ? html`<div class=${className} dir="auto">${formatted(text)}</div>` : null;
}

function TextMessage({ message }) {
  return html`<${Text} text=${message.text} />`;
}

function Deleted({ message }) {
  const words = message.author === "customer" ? "You deleted this message" : "This message was deleted";
  return html`<p class="text faint"><${Icon} name="blocked" /> ${words}</p>`;
}

function Image({ message }) {
  return html`
    ${message.media
      ? html`<a href=${message.media.url} target="_blank" rel="noreferrer"><img class="photo" src=${message.media.url} alt=${message.text || "Photo"} /></a>`
      : html`<${Linked} message=${message} icon="image" />`}
    <${Text} text=${message.text} />
  `;
}

function Video({ message }) {
  return html`
    ${message.media
      ? html`<video class="photo" src=${message.media.url} controls preload="metadata"></video>`
      : html`<${Linked} message=${message} icon="video" />`}
    <${Text} text=${message.text} />
  `;
}

function Audio({ message }) {
  if (!message.media) return html`<${Linked} message=${message} icon="mic" />`;
  return html`<${Player} url=${message.media.url} voice=${message.content.voice === true} />`;
}

function Document({ message }) {
  const { media, content } = message;
  if (!media) return html`<${Linked} message=${message} icon="document" /><${Text} text=${message.text} />`;
  const name = content.filename ?? media.filename;
  const kind = name.includes(".") ? name.split(".").at(-1).toUpperCase() : media.mime_type;
  return html`
    <a class="card" href=${media.url} target="_blank" rel="noreferrer">
      <span class="card-icon"><${Icon} name="document" /></span>
      <span class="card-text"><strong>${name}</strong><small>${kind} · ${fileSize(media.size)}</small></span>
    </a>
    <${Text} text=${message.text} />
  `;
}

function Sticker({ message }) {
  if (!message.media) return html`<${Linked} message=${message} icon="sticker" />`;
  return html`<img class="sticker-image" src=${message.media.url} alt="Sticker" />`;
}

// A page that loads nothing from outside can't show a file by link: it shows where it is.
function Linked({ message, icon }) {
  const { link, filename } = message.content;
  return html`
    <a class="card" href=${link} target="_blank" rel="noreferrer noopener">
      <span class="card-icon"><${Icon} name=${icon} /></span>
      <span class="card-text"><strong>${filename ?? message.kind}</strong><small>${link}</small></span>
    </a>
  `;
}

function Location({ message }) {
  const { latitude, longitude, name, address } = message.content;
  return html`
    <div class="map" role="img" aria-label=${`Map at ${latitude}, ${longitude}`}><span class="pin"><${Icon} name="location" /></span></div>
    <div class="text">
      ${name && html`<strong>${name}</strong><br />`}${address && html`<span>${address}</span><br />`}
      <small class="faint">${Number(latitude).toFixed(4)}, ${Number(longitude).toFixed(4)}</small>
    </div>
  `;
}

function Contacts({ message }) {
  const contacts = message.content.contacts ?? [];
  return contacts.map((contact) => {
    const name = contact.name?.formatted_name ?? "Contact";
    return html`
      <div class="card">
        <span class="avatar small" aria-hidden="true">${initials(name)}</span>
        <span class="card-text"><strong>${name}</strong><small>${contact.phones?.[0]?.phone ?? ""}</small></span>
      </div>
    `;
  });
}

// The file of a header is shown like a message of its kind.
function HeaderMedia({ message, header }) {
  const View = { image: Image, video: Video, document: Document }[header.type];
  return html`<${View} message=${{ ...message, text: "", content: header[header.type] ?? header }} />`;
}

function Form({ message }) {
  const answers = Object.entries(JSON.parse(message.content.nfm_reply.response_json));
  return html`
    <div class="card">
      <span class="card-icon form"><${Icon} name="form" /></span>
      <span class="card-text">
        <strong>Form sent</strong>
        ${answers.map(([name, value]) => html`<small>${name}: ${String(value)}</small>`)}
      </span>
    </div>
  `;
}

function Interactive({ message }) {
  if (message.content.type === "nfm_reply") return html`<${Form} message=${message} />`;
  if (message.author === "customer") return html`<${Text} text=${message.text} />`;
  const { header, body, footer } = message.content;
  return html`
    ${header?.text && html`<strong class="heading">${header.text}</strong>`}
    ${header && !header.text && html`<${HeaderMedia} message=${message} header=${header} />`}
    <${Text} text=${body.text} />
    <${Text} text=${footer?.text} className="text faint small-text" />
  `;
}

function Template({ message }) {
  const { header, header_media: media, body, footer } = message.content;
  return html`
    ${header && html`<strong class="heading">${header}</strong>`}
    ${media && html`<${HeaderMedia} message=${message} header=${media} />`}
    <${Text} text=${body} />
    <${Text} text=${footer} className="text faint small-text" />
  `;
}

function Order({ message }) {
  const items = message.content.product_items ?? [];
  return html`
    <div class="card">
      <span class="card-icon"><${Icon} name="cart" /></span>
      <span class="card-text">
        <strong>Order of ${items.length} ${items.length === 1 ? "product" : "products"}</strong>
        ${items.map((item) => html`<small>${item.quantity} × ${item.product_retailer_id}, ${item.item_price} ${item.currency}</small>`)}
      </span>
    </div>
    <${Text} text=${message.text} />
  `;
}

function Other({ message }) {
  return html`
    <p class="text faint"><${Icon} name="question" /> ${message.kind === "unsupported" ? "Something WhatsApp can’t pass on" : `Message of type “${message.kind}”`}</p>
    <${Text} text=${message.text} />
  `;
}

const VIEWS = {
  text: TextMessage,
  button: TextMessage,
  image: Image,
  video: Video,
  audio: Audio,
  document: Document,
  sticker: Sticker,
  location: Location,
  contacts: Contacts,
  interactive: Interactive,
  template: Template,
  order: Order,
};
