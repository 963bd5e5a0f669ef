/** The lines that visitors are shown, by country: where each is from, who here has called it, which are due. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { spoken } from "./langs.js";
import { choice, day, labelled, lineOf, twice, why } from "./lead-parts.js";
import { words } from "./words.js";

export async function linesPage({ site }) {
  const line = lineOf();
  const list = el("div", { class: "cards" });
  const countries = new Intl.DisplayNames([words.lang], { type: "region" });
  let where = null;

  const path = (one) => `lines/${one.id}/confirmed`;

  async function draw(region, note) {
    const answer = await api("GET", `lines?site=${site}${region ? `&region=${region}` : ""}`);
    if (!answer.ok) return say(line, why(answer));
    const told = answer.body;
    if (!where) {
      const options = told.regions.map((code) => [code, countries.of(code)]).sort((one, other) => one[1].localeCompare(other[1], words.lang));
      where = choice(options, told.region, { onchange: () => draw(where.value) });
    }
    say(line, told.lines.length ? note || words.lead.lines_due(told.lines.filter((one) => one.due).length, told.lines.length, told.due_days) : words.lead.no_lines);
    list.replaceChildren(el("p", {}, el("strong", {}, words.lead.emergency), ` ${told.emergency.join(", ") || words.none}`), ...told.lines.map(service));
    return undefined;
  }

  /** The page anew, with what came of it; the line that was pressed keeps the focus. */
  async function done(answer, id, note) {
    if (!answer.ok) return say(line, why(answer));
    await draw(where.value, note);
    list.querySelector(`[data-line="${id}"] button`)?.focus();
    return undefined;
  }

  function service(one) {
    const contact = ({ method, display, hours, free, languages }) =>
      el("li", {}, el("strong", {}, `${words.lead.methods[method]} `), el("bdi", {}, display), ` · ${[hours, free === true ? words.lead.free : free === false ? words.lead.not_free : null, languages.map(spoken).join(", ")].filter(Boolean).join(" · ")}`);
    return el(
      "section",
      { class: "card-row", "aria-label": one.name, "data-line": one.id },
      el("p", { class: "whose", dir: "auto" }, one.name),
      el("ul", { class: "facts-list" }, ...one.contacts.map(contact)),
      el("p", { class: "note" }, one.listed ? words.lead.listed(day.format(new Date(one.listed))) : words.lead.not_listed),
      el("p", { class: one.due ? "due" : "note" }, one.confirmed ? words.lead.confirmed(one.confirmed.by, day.format(new Date(one.confirmed.at))) : words.lead.unconfirmed, one.confirmed && one.due && ` ${words.lead.due_again}`),
      one.source && el("a", { href: one.source, rel: "noopener noreferrer", target: "_blank" }, words.lead.source(new URL(one.source).hostname)),
      el(
        "div",
        { class: "acts" },
        button(words.lead.called, async () => done(await api("PUT", path(one), { site, numbers: one.numbers }), one.id, words.lead.called_done(one.name)), { "aria-label": `${words.lead.called}: ${one.name}` }),
        one.confirmed && twice(words.lead.not_right, words.lead.not_right_sure, async () => done(await api("DELETE", `${path(one)}?site=${site}`), one.id, words.lead.not_right_done)),
      ),
    );
  }

  await draw();
  return [el("p", { class: "note" }, words.lead.lines_about), line, where && labelled("lines-region", words.lead.country, where), list].filter(Boolean);
}
