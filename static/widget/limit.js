/** A limit set on me, pinned: until when, why, and one way to say that it is a mistake. Reading and help stay. */
import { button, el } from "./dom.js";
import { sanctionText } from "./sanction.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(words.lang, { hour: "numeric", minute: "2-digit" });

/** `ask(event, payload)`; `over()` when a pause has ended; `tell(text)` the status line. */
export function openLimit({ ask, memory, over, tell }) {
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
    tell(text.textContent, 6_000);
    const left = sanction.until - Date.now();
    if (sanction.kind === "mute" && left > 0) timer = setTimeout(end, left);
  }

  function end() {
    clear();
    over();
  }

  function appeal({ id }) {
    const field = el("textarea", { rows: "2", maxlength: "500", autocomplete: "off", "aria-label": words.appeal });
    const form = el(
      "details",
      {},
      el("summary", {}, words.appeal),
      field,
      button(words.send, async () => {
        const text = field.value.trim();
        const ack = text && (await ask("appeal", { sanction: id, text }).catch(() => null));
        if (!ack?.ok) return text && tell(words.not_done, 6_000);
        appealed.add(id);
        return form.replaceWith(el("p", { role: "status" }, ack.receipt ? words.appealed : words.appeal_ends(clock.format(ack.ends))));
      }),
    );
    return form;
  }

  return {
    node,
    show,
    clear,
    /** It ended early. True where it was the one shown. */
    lifted: (id) => current?.id === id && (end(), true),
    muted: () => current?.kind === "mute",
  };
}
