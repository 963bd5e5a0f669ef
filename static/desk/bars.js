/** The bars above the actions: why, and ten seconds to take it back. */
import { button, el } from "../widget/dom.js";
import { words } from "./words.js";

export const REASONS = ["harassment", "hate", "sourcing", "contact", "spam", "danger", "other"];
const UNDO_MS = 10_000;

/** Asks for one of the seven reasons, by a key or a thumb. */
export function openReasons() {
  const node = el("div", { class: "bar-line reasons", role: "group", hidden: true });
  let then = null;

  function close() {
    then = null;
    node.hidden = true;
    node.replaceChildren();
  }

  function pick(reason) {
    const go = then;
    close();
    go(reason);
  }

  return {
    node,
    open: () => Boolean(then),
    /** `line` says what is about to happen, and to whom; `extra` more about it. */
    ask(line, go, extra = "") {
      then = go;
      const text = el("p", {}, el("strong", { dir: "auto" }, line), extra && ` ${extra}`);
      node.setAttribute("aria-label", line);
      node.replaceChildren(
        text,
        el("div", { class: "acts" }, ...REASONS.map((reason, n) => button(`${n + 1} ${words.reasons[reason]}`, () => pick(reason))), button(words.cancel, close)),
      );
      node.hidden = false;
      return (more) => text.append(` ${more}`);
    },
    /** True where a reason was asked for. */
    digit: (n) => Boolean(then) && (pick(REASONS[n - 1]), true),
    close: () => Boolean(then) && (close(), true),
  };
}

/** What was just done, and ten seconds to undo it. No dialog ever asks "are you sure". */
export function openUndo({ undo }) {
  const line = el("p", { role: "status", class: "line" });
  const go = button(words.undo, run, { hidden: true, class: "undo" });
  const node = el("div", { class: "bar-line undo-bar" }, line, go);
  let act = null;
  let timer;

  function run() {
    if (!act) return;
    const which = act;
    settle();
    undo(which);
  }

  function settle() {
    act = null;
    go.hidden = true;
    clearTimeout(timer);
  }

  return {
    node,
    run,
    /** `id`: an act that can be taken back. */
    tell(text, id) {
      settle();
      line.textContent = text;
      act = id || null;
      go.hidden = !id;
      timer = setTimeout(() => {
        settle();
        line.textContent = "";
      }, UNDO_MS);
    },
  };
}
