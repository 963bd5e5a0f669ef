/** A private word from the staff: shown apart from the room, answered and reported here, and put away by a tap. */
import { button, el } from "./dom.js";
import { place } from "./later.js";
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
    else node.querySelector("h2").focus();
  }

  function parts({ id, text, from }) {
    const role = words.roles[from.role];
    return [
      el(
        "div",
        { class: "naming" },
        el("h2", { id: "whisper", tabindex: "-1" }, words.whisper(from.name), " ", role && el("span", { class: "role" }, role)),
        button(words.close, away),
      ),
      el("p", { class: "note" }, words.whisper_private),
      el("p", { class: "words", dir: "auto" }, text),
      place("answer", id, { ask, reported: (ack) => (away(), thank(ack)) }),
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
