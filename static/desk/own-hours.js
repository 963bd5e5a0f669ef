/** The roster as everybody of a site reads it, in their own time; and their own hours, to offer and to withdraw. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { why } from "./lead-parts.js";
import * as roster from "./roster-parts.js";
import { words } from "./words.js";

/** The sheet's content. */
export function ownHours(me) {
  const line = el("p", { class: "note", role: "status" });
  const body = el("div", { class: "pair" });
  const which = el("select", { id: "roster-site", onchange: read }, ...me.roles.map(({ site }) => el("option", { value: site }, site)));
  const choose = which.length > 1 && el("div", { class: "labelled" }, el("label", { for: "roster-site" }, words.lead.site), which);

  async function read() {
    const site = which.value;
    const answer = await api("GET", `roster?site=${site}`);
    if (site !== which.value) return; // another site was asked for meanwhile
    if (!answer.ok) return say(line, why(answer));
    const { n, staff, shifts, coming } = answer.body;
    const mine = shifts.filter((one) => one.person === me.id);
    const langs = roster.langsField(staff.find((one) => one.id === me.id)?.langs || []);
    const hours = roster.hoursOf(me.name, mine, { zone: roster.here() });

    async function keep() {
      const kept = hours.read().map(({ offered, ...one }) => one);
      const put = await api("PUT", "roster/own", { site, base: n, shifts: kept, langs: langs.read() });
      if (!put.ok) return say(line, why(put, { bad_zone: words.roster.bad_zone, bad_request: words.roster.bad_request }));
      await read();
      say(line, words.roster.own_saved);
      return line.scrollIntoView({ block: "nearest" });
    }

    body.replaceChildren(
      el("p", {}, el("strong", {}, roster.nextOwn(coming, me.id, Date.now()) || words.roster.no_mine)),
      el("h3", {}, words.roster.week(roster.here())),
      roster.list(coming.map(roster.line), words.roster.nobody),
      el("h3", {}, words.roster.own),
      el("p", { class: "note" }, words.roster.own_about),
      roster.zones(),
      langs.node,
      ...hours.nodes,
      button(words.roster.save_own, keep, { class: "primary" }),
    );
  }

  read();
  return el("div", { class: "pair" }, choose, body, line);
}
