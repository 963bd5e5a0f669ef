/** What a visitor is told for each reason of a limit, by language: ours, until a lead words it otherwise. */
import en from "../locales/why/en.js";
import es from "../locales/why/es.js";
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { choice, labelled, lineOf, why } from "./lead-parts.js";
import { words } from "./words.js";

const OURS = { en, es };

export async function reasonsPart({ site }) {
  const line = lineOf();
  const which = el("select", { onchange: () => draw() });
  const fields = Object.keys(words.reasons).map((code) => [code, el("input", { type: "text", autocomplete: "off" })]);
  const undo = button(words.lead.undo_last, async () => done(await api("POST", "words/undo", asked()), words.lead.undone));
  const save = button(words.lead.save, async () => done(await api("PUT", "words", { ...asked(), words: said() }), words.lead.reasons_saved), { class: "primary" });
  const names = new Intl.DisplayNames([words.lang], { type: "language" });
  let told = null;

  /** What is left empty is ours again. */
  const said = () => Object.fromEntries(fields.map(([code, field]) => [code, field.value.trim()]).filter(([, text]) => text));
  const asked = () => ({ site, kind: "reasons", lang: which.value, base: told.reasons[which.value].n });

  async function read() {
    const answer = await api("GET", `words?site=${site}`);
    if (!answer.ok) return say(line, why(answer));
    told = answer.body;
    const chosen = which.value || (told.reasons[words.lang] ? words.lang : "en");
    which.replaceChildren(...choice(Object.keys(told.reasons).map((lang) => [lang, names.of(lang)]), chosen).children);
    return draw();
  }

  function draw() {
    const one = told.reasons[which.value];
    for (const [code, field] of fields) {
      field.value = one.words[code] || "";
      field.placeholder = (OURS[which.value] || en)[code] || "";
      field.maxLength = told.bounds.sentence;
      field.lang = which.value;
      field.dir = "auto";
    }
    undo.hidden = one.n === 0;
  }

  async function done(answer, note) {
    if (!answer.ok) return say(line, why(answer, { bad_request: words.lead.reasons_bad(told.bounds.sentence) }));
    await read();
    return say(line, note);
  }

  await read();
  return [
    el("h3", {}, words.lead.reasons),
    el("p", { class: "note" }, words.lead.reasons_about),
    labelled("reasons-lang", words.lead.language, which),
    ...fields.map(([code, field]) => labelled(`reason-${code}`, words.reasons[code], field)),
    el("div", { class: "acts" }, save, undo),
    line,
  ];
}
