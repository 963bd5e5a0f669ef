/** The bars above the actions: why, and ten seconds to take it back. */
import { button, el, say } from "../widget/dom.js";
import { keyed } from "./keyed.js";
import { words } from "./words.js";

export const REASONS = ["harassment", "hate", "sourcing", "contact", "spam", "danger", "other"];
const UNDO_MS = 10_000;

/** Asks for one of the seven reasons, by a key or a thumb. */
export function openReasons() {
  const node = el("div", { class: "bar-line reasons", role: "group", hidden: true });
  let then = null;
  let first = null; // what has to be read before: the reason is then asked for twice
  let once = null; // the reason that was pressed once

  function close() {
    then = first = once = null;
    node.hidden = true;
    node.replaceChildren();
  }

  function pick(reason) {
    if (first && once !== reason) {
      once = reason;
      return say(first.line, words.cry_again(REASONS.indexOf(reason) + 1));
    }
    const go = then;
    close();
    go(reason);
  }

  return {
    node,
    open: () => Boolean(then),
    /** `line` says what is about to happen, and to whom. Answers how to add to it, and to set something before it. */
    ask(line, go) {
      close();
      then = go;
      const text = el("p", {}, el("strong", { dir: "auto" }, line));
      node.setAttribute("aria-label", line);
      node.replaceChildren(
        text,
        el("div", { class: "acts" }, ...REASONS.map((reason, n) => button(`${n + 1} ${words.reasons[reason]}`, () => pick(reason))), button(words.cancel, close)),
      );
      node.hidden = false;
      const still = () => then === go;
      return {
        add: (more) => still() && text.append(` ${more}`),
        /** They cry for help: that stands first, with a way there, and the reason is asked for twice. */
        cry(facts, open) {
          if (!still() || first) return;
          first = { line: el("span", { role: "status" }) };
          node.prepend(el("div", { class: "cry" }, el("p", { dir: "auto" }, el("strong", {}, words.cry_first), ` ${facts}`), first.line, button(words.cry_open, () => (close(), open()))));
        },
      };
    },
    /** True where a reason was asked for. */
    digit: (n) => Boolean(then) && (pick(REASONS[n - 1]), true),
    close: () => Boolean(then) && (close(), true),
  };
}

/** What was just done, and ten seconds to undo it. No dialog ever asks "are you sure". */
export function openUndo({ undo }) {
  const line = el("p", { role: "status", class: "line" });
  const go = button(keyed(words.undo, "u"), run, { hidden: true, class: "undo" });
  const node = el("div", { class: "bar-line undo-bar" }, line, go);
  let act = null;
  let timer;

  function run() {
    if (!act) return;
    const which = act;
    settle();
    if (typeof which === "function") which();
    else undo(which);
  }

  function settle() {
    act = null;
    go.hidden = true;
    clearTimeout(timer);
  }

  function tell(text, id) {
    settle();
    line.textContent = text;
    act = id || null;
    go.hidden = !id;
    timer = setTimeout(() => {
      settle();
      line.textContent = "";
    }, UNDO_MS);
  }

  return {
    node,
    run,
    /** `id`: an act that can be taken back, or how. */
    tell,
    /** Where nothing waits to be taken back. */
    quietly: (text) => act || tell(text),
  };
}
