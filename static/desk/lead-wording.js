/** Words that a lead may change, by language: choosing one, saving, taking the last change back. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { spoken } from "./langs.js";
import { lineOf, openTheirs, overtaken, why } from "./lead-parts.js";
import { words } from "./words.js";

/**
 * `kind` as the service calls it; `draw(one, lang, bounds)` fills the fields with `one.words`, `said()` reads them;
 * `saved` is what a change is answered with, `bad(bounds)` what cannot be kept.
 */
export async function openWording({ site, kind, draw, said, saved, bad }) {
  const line = lineOf();
  const theirs = openTheirs();
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
    theirs.show();
    undo.hidden = one.n === 0;
    draw({ ...one, words: begun.get(lang) || one.words }, lang, told.bounds);
  }

  function other() {
    begun.set(lang, said());
    lang = which.value;
    shown();
  }

  /** Somebody saved meanwhile: who wrote here too sees both, and what is saved next knows of theirs. */
  async function meanwhile() {
    const mine = said();
    if (!same(mine, told[kind][lang].words)) begun.set(lang, mine);
    await read();
    if (begun.has(lang)) theirs.show(told[kind][lang].words);
    return say(line, begun.has(lang) ? words.lead.overtaken : words.lead.errors.conflict);
  }

  async function done(answer, note) {
    if (overtaken(answer)) return meanwhile();
    if (!answer.ok) return say(line, why(answer, { bad_request: bad(told.bounds) }));
    begun.delete(lang);
    await read();
    return say(line, note);
  }

  await read();
  return { which, save, undo, line, theirs: theirs.node, put };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
