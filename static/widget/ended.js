/** After "End chat and clear it": the truth about what stays, and the way on. */
import { button, el } from "./dom.js";
import { words } from "./words.js";

export function openEnded({ framed, close }) {
  const node = el(
    "section",
    { class: "ended", hidden: true, "aria-label": words.end },
    el("p", {}, words.ended),
    framed && button(words.close, close, { class: "primary" }),
    button(words.start_again, () => location.reload()),
  );
  return { node };
}
