/** "End chat and clear it" asks one thing: whether my words leave the room with me. */
import { button, el } from "./dom.js";
import { place } from "./later.js";
import { words } from "./words.js";

/** `end(takeOut)`, `back()`, `heard(answer)` → whether it arrived: how it was here, never linked to a person. */
export function openEnding({ end, back, heard }) {
  const takeOut = el("input", { type: "checkbox", id: "take-out", checked: true });
  const node = el(
    "section",
    { class: "ended", hidden: true, "aria-label": words.end },
    place("felt", heard),
    el("p", {}, words.ending),
    el("label", { class: "check", for: "take-out" }, takeOut, words.take_out),
    button(words.end_now, () => end(takeOut.checked), { class: "primary" }),
    button(words.back_to_chat, back),
  );
  return { node };
}
