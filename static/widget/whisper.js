/** A private word from the staff: shown apart from the room, answered and reported here, and put away by a tap. */
import { newKey } from "./conversation.js";
import { button, el, say } from "./dom.js";
import { words } from "./words.js";

/**
 * `ask(event, payload)`; `thank(ack)` after a report; `over()` when the last one was put away. Words come in turn;
 * none pushes another away, and what was put away stays so, also after a reload.
 */
export function openWhisper({ ask, memory, thank, over }) {
  const node = el("section", { class: "care", "aria-labelledby": "whisper", hidden: true });
  const waiting = [];

  function next() {
    const word = waiting[0];
    node.hidden = !word;
    node.replaceChildren(...(word ? parts(word) : []));
  }

  function away() {
    memory.see("read", waiting.shift().id);
    next();
    if (node.hidden) over();
    else node.querySelector("textarea").focus();
  }

  function parts({ id, text, from }) {
    const role = words.roles[from.role];
    const field = el("textarea", { rows: "2", maxlength: "2000", autocomplete: "off", "aria-label": words.whisper_answer });
    const done = el("p", { role: "status", class: "note" });
    let key, tried;

    async function answer() {
      const said = field.value.trim();
      if (!said) return;
      if (said !== tried) [key, tried] = [newKey(), said]; // the same words without an answer: the same key again
      const ack = await ask("reply", { whisper: id, key, text: said }).catch(() => null);
      if (ack) tried = null;
      if (ack?.ok && field.value.trim() === said) field.value = "";
      say(done, ack?.ok ? words.whisper_sent : ack?.error.code === "blocked" ? words.not_shared : words.send_fail);
    }

    async function report(reason) {
      const ack = await ask("report", { whisper: id, reason }).catch(() => null);
      if (!ack?.ok) return say(done, words.not_done);
      away();
      return thank(ack);
    }
    const reasons = Object.entries(words.reasons).map(([reason, text]) => button(text, () => report(reason)));
    return [
      el("h2", { id: "whisper" }, words.whisper(from.name), " ", role && el("span", { class: "role" }, role)),
      el("p", { class: "note" }, words.whisper_private),
      el("p", { class: "words", dir: "auto" }, text),
      field,
      el("div", { class: "acts" }, button(words.send, answer, { class: "primary" }), button(words.close, away)),
      el("details", { class: "acts" }, el("summary", {}, words.report), ...reasons),
      done,
    ];
  }

  return {
    node,
    /** A word that came again, after a reconnection, is shown once. True where it is new. */
    show(word) {
      if (memory.seen("read", word.id) || waiting.some(({ id }) => id === word.id)) return false;
      waiting.push(word);
      if (waiting.length === 1) next();
      return true;
    },
    /** The chat is over: the next person at this screen reads nothing of it. */
    clear() {
      waiting.length = 0;
      next();
    },
  };
}
