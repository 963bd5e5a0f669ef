/** How a site's rooms are set. Who runs the service sets it; a lead reads here what holds. */
import { el } from "../widget/dom.js";
import { api } from "./api.js";
import { lineOf, why } from "./lead-parts.js";
import { words } from "./words.js";

export async function roomsPage({ site }) {
  const answer = await api("GET", `site?site=${site}`);
  if (!answer.ok) return [Object.assign(lineOf(), { textContent: why(answer) })];
  const { name, topics, ...set } = answer.body;
  const facts = [
    words.lead.capacity(set.capacity),
    words.lead.kept(set.minutes),
    set.storage === "none" ? words.lead.shared : words.lead.one_tab,
    set.second_factor ? words.lead.code_wanted : words.lead.code_free,
    set.on_call ? words.lead.on_call(set.on_call) : words.lead.no_on_call,
  ];
  const topic = (one) =>
    el(
      "li",
      { class: "card-row" },
      el("p", { class: "whose", dir: "auto" }, one.title),
      el("p", { dir: "auto" }, one.about),
      el("p", { class: "note" }, one.cover === "never" ? words.lead.cover_never : words.lead.cover_required),
      el("p", { class: "note" }, one.hours.length ? words.lead.hours(one.hours.map(({ days, at }) => `${days.map((day) => words.lead.days[day]).join(" ")} ${at}`).join(", "), set.timezone) : words.lead.no_hours),
    );
  return [
    el("p", { class: "note" }, words.lead.rooms_about),
    el("p", { class: "whose", dir: "auto" }, name),
    el("ul", { class: "facts-list" }, ...facts.map((fact) => el("li", {}, fact))),
    el("ul", { class: "plain cards" }, ...topics.map(topic)),
  ];
}
