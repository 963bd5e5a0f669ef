/** The last question: how it was here, never linked to a person. */
import { button, el } from "../dom.js";
import { words } from "./words.js";

/** `heard(answer)` → whether it arrived. */
export function felt(heard) {
  const thanks = el("p", { role: "status" }, words.felt_heard);
  const answers = Object.entries(words.felt).map(([answer, text]) => button(text, () => reply(answer)));
  const question = el("div", { class: "acts", role: "group", "aria-label": words.felt_heard }, ...answers);

  async function reply(answer) {
    question.hidden = true;
    thanks.textContent = (await heard(answer)) ? words.felt_thanks : words.not_done;
  }

  return el("div", { class: "step" }, thanks, question);
}
