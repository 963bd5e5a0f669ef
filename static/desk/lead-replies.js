/** The answers that volunteers can put into their box, by language: a lead writes them, and takes a change back. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { choice, labelled, lineOf, why } from "./lead-parts.js";
import { reasonsPart } from "./lead-reasons.js";
import { words } from "./words.js";

export async function repliesPage({ site }) {
  const line = lineOf();
  const state = el("p", { class: "note" });
  const which = el("select", { onchange: () => draw() });
  const field = el("textarea", { rows: "16", autocomplete: "off" });
  const undo = button(words.lead.undo_last, async () => done(await api("POST", "words/undo", { ...asked() }), words.lead.undone));
  const ours = button(words.lead.use_ours, async () => done(await api("PUT", "words", { ...asked(), words: null }), words.lead.replies_saved));
  const save = button(words.lead.save, async () => done(await api("PUT", "words", { ...asked(), words: texts() }), words.lead.replies_saved), { class: "primary" });
  const names = new Intl.DisplayNames([words.lang], { type: "language" });
  let told = null;

  /** One answer a paragraph. */
  const texts = () => field.value.split(/\n\s*\n/).map((text) => text.trim()).filter(Boolean);
  const asked = () => ({ site, kind: "replies", lang: which.value, base: told.replies[which.value].n });

  async function read() {
    const answer = await api("GET", `words?site=${site}`);
    if (!answer.ok) return say(line, why(answer));
    told = answer.body;
    const chosen = which.value || (told.replies[words.lang] ? words.lang : "en");
    which.replaceChildren(...choice(Object.keys(told.replies).map((lang) => [lang, names.of(lang)]), chosen).children);
    return draw();
  }

  function draw() {
    const { words: written, ...one } = told.replies[which.value];
    field.value = written.join("\n\n");
    field.lang = which.value;
    field.dir = "auto";
    say(state, one.own ? words.lead.replies_own : words.lead.replies_ours);
    undo.hidden = one.n === 0;
    ours.hidden = !one.own;
  }

  async function done(answer, note) {
    if (!answer.ok) return say(line, why(answer, { bad_request: words.lead.replies_bad(told.bounds.most, told.bounds.longest) }));
    await read();
    return say(line, note);
  }

  await read();
  return [
    el("p", { class: "note" }, words.lead.replies_about),
    labelled("replies-lang", words.lead.language, which),
    state,
    labelled("replies-words", words.lead.tabs.replies, field),
    el("div", { class: "acts" }, save, ours, undo),
    line,
    ...(await reasonsPart({ site })),
  ];
}
