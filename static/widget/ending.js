/** "End chat and clear it" asks one thing: whether my words leave the room with me. */
import { button, el } from "./dom.js";
import { words } from "./words.js";

/** `end(takeOut)`, `back()`, `heard(answer)` → whether it arrived: how it was here, never linked to a person. */
export function openEnding({ end, back, heard }) {
  const takeOut = el("input", { type: "checkbox", id: "take-out", checked: true });
  const question = el("div", { class: "acts", role: "group", "aria-label": words.felt_heard }, ...Object.entries(words.felt).map(([answer, text]) => button(text, () => reply(answer))));
  const thanks = el("p", { role: "status" }, words.felt_heard);

  async function reply(answer) {
    question.hidden = true;
    thanks.textContent = (await heard(answer)) ? words.felt_thanks : words.not_done;
  }

  const node = el(
    "section",
    { class: "ended", hidden: true, "aria-label": words.end },
    thanks,
    question,
    el("p", {}, words.ending),
    el("label", { class: "check", for: "take-out" }, takeOut, words.take_out),
    button(words.end_now, () => end(takeOut.checked), { class: "primary" }),
    button(words.back_to_chat, back),
  );
  return { node };
}
