/**
 * The card for one person alone, when their words sound hard. Pinned, never in the log, never in
 * the way: it takes no focus, and shrinks to one line.
 */
import { button, el } from "./dom.js";
import { dangerLine, lineCard } from "./lines.js";
import { helpLang, words } from "./words.js";

const truth = { told: words.crisis_told, seen: words.crisis_seen, none: words.crisis_none };

/** `more()` opens Get help now; `open(yes)`: the card is there in full, and what else is pinned has to make room. */
export function openCare({ more, open }) {
  const node = el("section", { class: "care", "aria-labelledby": "care", hidden: true });

  function show({ emergency, lines, kind, state }) {
    const danger = dangerLine(emergency);
    const body = el(
      "div",
      { class: "care-body", lang: helpLang },
      kind === "medical" && danger,
      el("p", {}, words.help_lead),
      el("ul", { class: "lines" }, ...lines.slice(0, 2).map(lineCard)),
      kind === "medical" ? null : danger,
      el("p", {}, words.cannot_send),
      button(words.more_help, more),
      el("p", {}, words.stay, " ", truth[state]),
    );
    const fold = button(words.smaller, () => {
      body.hidden = !body.hidden;
      node.classList.toggle("folded", body.hidden);
      open(!body.hidden);
      fold.textContent = body.hidden ? words.larger : words.smaller;
      fold.setAttribute("aria-expanded", !body.hidden);
    });
    fold.setAttribute("aria-expanded", "true");
    node.classList.remove("folded");
    node.replaceChildren(el("h2", { id: "care", lang: helpLang }, words.crisis), body, fold);
    node.hidden = false;
    open(true);
  }

  return { node, show };
}
