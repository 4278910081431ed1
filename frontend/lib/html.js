// The one template tag of the page. Every value it takes becomes text or a property, never markup.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
