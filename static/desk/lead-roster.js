/** Who means to be on when: a lead plans each person's week, sees which promised hours nobody has, and takes changes back. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { lineOf, moment, why } from "./lead-parts.js";
import * as roster from "./roster-parts.js";
import { words } from "./words.js";

export async function rosterPage({ site }) {
  const line = lineOf();
  const facts = el("div", { class: "pair" });
  const cards = el("div", { class: "cards" });
  const history = el("ul", { class: "plain" });
  const save = button(words.roster.save, put, { class: "primary", disabled: true });
  const undo = button(words.lead.undo_last, back);
  let n = 0;
  let fields = [];

  function changed() {
    save.disabled = false;
    say(line, "");
  }

  async function read() {
    const answer = await api("GET", `roster?site=${site}`);
    if (!answer.ok) return say(line, why(answer));
    const told = answer.body;
    n = told.n;
    const names = new Map(told.staff.map((one) => [one.id, one.name]));
    const missing = told.gaps.map((gap) => [roster.moment(gap.at), gap.topics.join(", ")].filter(Boolean).join(" · "));
    facts.replaceChildren(
      ...(missing.length ? [el("div", { class: "care" }, el("h3", {}, words.roster.gaps), roster.list(missing))] : []),
      el("h3", {}, words.roster.week(roster.here())),
      roster.list(told.coming.map(roster.line), words.roster.nobody),
    );
    fields = told.staff.map((one) => ({
      id: one.id,
      name: one.name,
      langs: roster.langsField(one.langs),
      hours: roster.hoursOf(one.name, told.shifts.filter((shift) => shift.person === one.id), { zone: told.timezone, plans: true, changed }),
    }));
    cards.replaceChildren(...fields.map(({ name, langs, hours }) => el("section", { class: "card-row", "aria-label": name, oninput: changed }, el("p", { class: "whose" }, el("bdi", {}, name)), langs.node, ...hours.nodes)));
    history.replaceChildren(...told.history.map((one) => el("li", {}, [one.n, moment.format(one.at), names.get(one.by), one.undoes && words.lead.undoes(one.undoes)].filter(Boolean).join(" · "))));
    undo.hidden = n === 0;
    save.disabled = true;
    return undefined;
  }

  /** What is in force is read anew; what could not be kept stays in its fields. */
  async function done(answer, text) {
    if (!answer.ok) return say(line, why(answer, { bad_zone: words.roster.bad_zone, bad_request: words.roster.bad_request }));
    await read();
    return say(line, text);
  }

  async function put() {
    const shifts = fields.flatMap(({ id, hours }) => hours.read().map((shift) => ({ ...shift, person: id })));
    const langs = Object.fromEntries(fields.map(({ id, langs: field }) => [id, field.read()]).filter(([, codes]) => codes.length));
    await done(await api("PUT", "roster", { site, base: n, shifts, langs }), words.roster.saved);
  }

  async function back() {
    await done(await api("POST", "roster/undo", { site, base: n }), words.undone);
  }

  await read();
  return [el("p", { class: "note" }, words.roster.about), facts, roster.zones(), cards, el("div", { class: "acts" }, save, undo), line, el("details", {}, el("summary", {}, words.lead.history), history)];
}
