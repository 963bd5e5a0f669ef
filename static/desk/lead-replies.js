/** The answers that volunteers can put into their box, by language: a lead writes them, and takes a change back. */
import { button, el, say } from "../widget/dom.js";
import { labelled } from "./lead-parts.js";
import { reasonsPart } from "./lead-reasons.js";
import { openWording } from "./lead-wording.js";
import { words } from "./words.js";

export async function repliesPage({ site }) {
  const state = el("p", { class: "note" });
  const field = el("textarea", { rows: "16", autocomplete: "off", dir: "auto" });
  const ours = button(words.lead.use_ours, () => put(null), { hidden: true });
  const { which, save, undo, line, theirs, put } = await openWording({
    site,
    kind: "replies",
    saved: words.lead.replies_saved,
    bad: ({ most, longest }) => words.lead.replies_bad(most, longest),
    draw({ words: texts, own }, lang) {
      Object.assign(field, { value: texts.join("\n\n"), lang });
      say(state, own ? words.lead.replies_own : words.lead.replies_ours);
      ours.hidden = !own;
    },
    /** One answer a paragraph. */
    said: () => field.value.split(/\n\s*\n/).map((text) => text.trim()).filter(Boolean),
  });
  return [
    el("p", { class: "note" }, words.lead.replies_about),
    labelled("replies-lang", words.lead.language, which),
    state,
    labelled("replies-words", words.lead.tabs.replies, field),
    el("div", { class: "acts" }, save, ours, undo),
    line,
    theirs,
    ...(await reasonsPart({ site })),
  ];
}
