/** A private word from the staff: shown apart from the room, answered and reported here, and put away by a tap. */
import { newKey } from "./conversation.js";
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

/** `ask(event, payload)`; `thank(ack)` after a report. Words come in turn; none pushes another away. */
export function openWhisper({ ask, thank }) {
  const node = el("section", { class: "care", "aria-labelledby": "whisper", hidden: true });
  const waiting = [];

  function next() {
    const word = waiting[0];
    node.hidden = !word;
    if (word) node.replaceChildren(...parts(word));
  }

  function away() {
    waiting.shift();
    next();
  }

  function parts({ id, text, from }) {
    const role = words.roles[from.role];
    const field = el("textarea", { rows: "1", maxlength: "2000", autocomplete: "off", "aria-label": words.whisper_answer });
    const done = el("p", { role: "status", class: "note" });
    let key = newKey();

    async function answer() {
      const said = field.value.trim();
      if (!said) return;
      const ack = await ask("reply", { whisper: id, key, text: said }).catch(() => null);
      if (ack?.ok) field.value = "";
      if (ack) key = newKey(); // without an answer the same key is tried again
      say(done, ack?.ok ? words.whisper_sent : ack?.error.code === "blocked" ? words.not_shared : words.send_fail);
    }

    const report = button(words.report, async () => {
      const ack = await ask("report", { whisper: id, reason: "other" }).catch(() => null);
      if (!ack?.ok) return say(done, words.not_done);
      away();
      return thank(ack);
    });
    return [
      el("h2", { id: "whisper" }, words.whisper(from.name), role && el("span", { class: "role" }, role)),
      el("p", { class: "note" }, words.whisper_private),
      el("p", { class: "words", dir: "auto" }, text),
      field,
      el("div", { class: "acts" }, button(words.send, answer, { class: "primary" }), report, button(words.close, away)),
      done,
    ];
  }

  return {
    node,
    /** A word that came again, after a reconnection, is shown once. */
    show(word) {
      if (waiting.some(({ id }) => id === word.id)) return;
      waiting.push(word);
      if (waiting.length === 1) next();
    },
  };
}
