/** Under a private word: the place to answer it, and to report it. */
import { button, el, say } from "../dom.js";
import { newKey } from "../key.js";
import { reasons } from "./reasons.js";
import { words } from "./words.js";

/** `whisper` the id; `ask(event, payload)`; `reported(ack)` after a report was taken. */
export function answer(whisper, { ask, reported }) {
  const field = el("textarea", { rows: "1", maxlength: "2000", autocomplete: "off", "aria-label": words.whisper_answer });
  const done = el("p", { role: "status", class: "note" });
  let key, tried;

  async function send() {
    const said = field.value.trim();
    if (!said) return;
    if (said !== tried) [key, tried] = [newKey(), said]; // the same words without an answer: the same key again
    const ack = await ask("reply", { whisper, key, text: said }).catch(() => null);
    if (ack) tried = null;
    if (ack?.ok && field.value.trim() === said) field.value = "";
    say(done, ack?.ok ? words.whisper_sent : ack?.error.code === "blocked" ? words.not_shared : words.send_fail);
  }

  async function report(reason) {
    const ack = await ask("report", { whisper, reason }).catch(() => null);
    return ack?.ok ? reported(ack) : say(done, words.not_done);
  }

  /** The card may be as high as it can be: what unfolds below it is scrolled to. */
  const seen = ({ currentTarget: reasons }) => reasons.open && reasons.scrollIntoView({ block: "nearest" });

  return el(
    "div",
    { class: "care-body" },
    field,
    el(
      "div",
      { class: "acts" },
      button(words.send, send, { class: "primary" }),
      el("details", { ontoggle: seen }, el("summary", {}, words.report), reasons(report)),
    ),
    done,
  );
}
