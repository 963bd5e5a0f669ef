/** What a visitor is told for each reason of a limit, by language: ours, until a lead words it otherwise. */
import en from "../locales/why/en.js";
import es from "../locales/why/es.js";
import { el } from "../widget/dom.js";
import { labelled } from "./lead-parts.js";
import { openWording } from "./lead-wording.js";
import { words } from "./words.js";

const OURS = { en, es };

export async function reasonsPart({ site }) {
  const fields = Object.keys(words.reasons).map((code) => [code, el("input", { type: "text", autocomplete: "off", dir: "auto" })]);
  const { which, save, undo, line, theirs } = await openWording({
    site,
    kind: "reasons",
    saved: words.lead.reasons_saved,
    bad: ({ sentence }) => words.lead.reasons_bad(sentence),
    draw({ words: said }, lang, { sentence }) {
      for (const [code, field] of fields) Object.assign(field, { value: said[code] || "", placeholder: (OURS[lang] || en)[code] || "", maxLength: sentence, lang });
    },
    /** What is left empty is ours again. */
    said: () => Object.fromEntries(fields.map(([code, field]) => [code, field.value.trim()]).filter(([, text]) => text)),
  });
  return [
    el("h3", {}, words.lead.reasons),
    el("p", { class: "note" }, words.lead.reasons_about),
    labelled("reasons-lang", words.lead.language, which),
    ...fields.map(([code, field]) => labelled(`reason-${code}`, words.reasons[code], field)),
    el("div", { class: "acts" }, save, undo),
    line,
    theirs,
  ];
}
