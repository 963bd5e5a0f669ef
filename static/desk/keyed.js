/** A label with the key that does the same; where there is a thumb and no keyboard, the label alone. */
import { el } from "../widget/dom.js";

export const keyed = (label, key) => el("span", {}, label, el("span", { class: "by-key" }, ` (${key})`));
