/** After "End chat and clear it": the truth about what stays, and the way on. */
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

export function openEnded({ framed, close }) {
  const taken = el("p", { role: "status" });
  const node = el(
    "section",
    { class: "ended", hidden: true, "aria-label": words.end },
    el("p", {}, words.ended),
    taken,
    framed && button(words.close, close, { class: "primary" }),
    button(words.start_again, () => location.reload()),
  );
  return {
    node,
    /** What became of my words in the room: how many went, or that they could not be reached. */
    tell: (text) => say(taken, text),
  };
}
