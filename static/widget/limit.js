/** A limit set on me, pinned: until when, why, and one way to say that it is a mistake. Reading and help stay. */
import { button, el } from "./dom.js";
import { place } from "./later.js";
import { sanctionText } from "./sanction.js";
import { words } from "./words.js";

/** `ask(event, payload)`; `over()` when a pause has ended; `tell(text, ms)` the status line, `said(text)` for who cannot see the card. */
export function openLimit({ ask, memory, over, tell, said }) {
  const node = el("section", { class: "care", "aria-label": words.notice_to_you, hidden: true });
  const appealed = new Set(); // once a limit
  let current = null;
  let timer;

  function clear() {
    clearTimeout(timer);
    current = null;
    node.hidden = true;
    node.replaceChildren();
  }

  function show(sanction) {
    if (memory.seen("read", sanction.id)) return; // it is told again while it runs
    clear();
    current = sanction;
    const text = el("p", {}, sanctionText(sanction, Date.now()));
    const read = sanction.kind === "warn" && button(words.read_it, () => (memory.see("read", sanction.id), clear()));
    node.replaceChildren(text, ...[read, sanction.appeal && !appealed.has(sanction.id) && appeal(sanction)].filter(Boolean));
    node.hidden = false;
    said(text.textContent);
    const left = sanction.until - Date.now();
    if (sanction.kind === "mute" && left > 0) timer = setTimeout(end, left);
  }

  function end() {
    clear();
    over();
  }

  const appeal = ({ id }) =>
    place("appeal", {
      send: (text) => ask("appeal", { sanction: id, text }).catch(() => null),
      done: () => appealed.add(id),
      failed: (text) => tell(text, 6_000),
    });

  return {
    node,
    show,
    clear,
    /** It ended early. True where it was the one shown. */
    lifted: (id) => current?.id === id && (end(), true),
    muted: () => current?.kind === "mute",
  };
}
