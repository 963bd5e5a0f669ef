/** Words that a lead may change, by language: choosing one, saving, taking the last change back. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { spoken } from "./langs.js";
import { lineOf, why } from "./lead-parts.js";
import { words } from "./words.js";

/**
 * `kind` as the service calls it; `draw(one, lang, bounds)` fills the fields with `one.words`, `said()` reads them;
 * `saved` is what a change is answered with, `bad(bounds)` what cannot be kept.
 */
export async function openWording({ site, kind, draw, said, saved, bad }) {
  const line = lineOf();
  const which = el("select", { onchange: other });
  const undo = button(words.lead.undo_last, async () => done(await api("POST", "words/undo", asked()), words.lead.undone), { hidden: true });
  const save = button(words.lead.save, () => put(said()), { class: "primary", disabled: true });
  const begun = new Map(); // language -> what was written for it, and not saved yet
  let told = null;
  let lang = "";

  const asked = () => ({ site, kind, lang, base: told[kind][lang].n });
  const put = async (texts) => done(await api("PUT", "words", { ...asked(), words: texts }), saved);

  async function read() {
    const answer = await api("GET", `words?site=${site}`);
    if (!answer.ok) return say(line, why(answer));
    told = answer.body;
    lang = lang || (told[kind][words.lang] ? words.lang : "en");
    which.replaceChildren(...Object.keys(told[kind]).map((code) => el("option", { value: code, selected: code === lang }, spoken(code))));
    save.disabled = false;
    return shown();
  }

  function shown() {
    const one = told[kind][lang];
    undo.hidden = one.n === 0;
    draw({ ...one, words: begun.get(lang) || one.words }, lang, told.bounds);
  }

  function other() {
    begun.set(lang, said());
    lang = which.value;
    shown();
  }

  async function done(answer, note) {
    if (!answer.ok) return say(line, why(answer, { bad_request: bad(told.bounds) }));
    begun.delete(lang);
    await read();
    return say(line, note);
  }

  await read();
  return { which, save, undo, line, put };
}
