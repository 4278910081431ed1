import { html } from "./html.js";
import { Icon } from "./icons.js";

/** The rows of a list message, over the lower part of the phone. */
export function OptionSheet({ message, onChoose, onClose }) {
  const { button, sections } = message.content.action;
  return html`
    <div class="sheet-backdrop" onClick=${onClose}>
      <div class="sheet" role="dialog" aria-label=${button} onClick=${(event) => event.stopPropagation()}>
        <header>
          <strong>${button}</strong>
          <button class="icon-button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
        </header>
        ${sections.map(
          (section) => html`
            ${section.title && html`<h3>${section.title}</h3>`}
            ${section.rows.map(
              (row) => html`
                <button class="option" data-testid="list-row" data-id=${row.id} onClick=${() => onChoose(row.id)}>
                  <span>${row.title}</span>
                  ${row.description && html`<small>${row.description}</small>`}
                </button>
              `,
            )}
          `,
        )}
      </div>
    </div>
  `;
}
