/** A lead's pages, above the wall, which goes on beneath them: staff, rooms, rules, answers, lines, audit. */
import { button, el, say } from "../widget/dom.js";
import { auditPage } from "./lead-audit.js";
import { linesPage } from "./lead-lines.js";
import { repliesPage } from "./lead-replies.js";
import { rosterPage } from "./lead-roster.js";
import { roomsPage } from "./lead-rooms.js";
import { rulesPage } from "./lead-rules.js";
import { staffPage } from "./lead-staff.js";
import { words } from "./words.js";

const PAGES = { staff: staffPage, roster: rosterPage, rooms: roomsPage, rules: rulesPage, replies: repliesPage, lines: linesPage, audit: auditPage };

/** `shown(open)`: the pages were opened, or closed. */
export function openLead({ shown }) {
  const tabs = el("nav", { class: "acts lead-tabs", "aria-label": words.lead.title }, ...Object.keys(PAGES).map((id) => button(words.lead.tabs[id], () => show(id), { "data-page": id })));
  const which = el("select", { id: "lead-site", onchange: () => show(page) });
  const choose = el("p", { class: "lead-site" }, el("label", { for: "lead-site" }, words.lead.site), which);
  const body = el("div", { class: "lead-body" });
  const waits = el("p", { role: "status", class: "lead-waits" });
  const node = el("section", { class: "lead", hidden: true, "aria-label": words.lead.title }, el("div", { class: "lead-top" }, button(words.lead.back, close), tabs, choose, waits), body);
  let page = "staff";
  let turn = 0;
  let opener = null;
  let me = null;

  /** Where this person leads. */
  const sites = (person) => (person?.roles || []).filter((post) => post.role === "lead").map((post) => post.site);

  async function show(id) {
    page = id;
    const mine = ++turn;
    tabs.querySelectorAll("button").forEach((one) => (one.dataset.page === id ? one.setAttribute("aria-current", "page") : one.removeAttribute("aria-current")));
    const drawn = await PAGES[id]({ site: which.value, me });
    if (mine !== turn || node.hidden) return; // another page was asked for meanwhile
    const heading = el("h2", { tabindex: "-1" }, words.lead.tabs[id]);
    body.replaceChildren(heading, ...drawn);
    body.scrollTop = 0;
    if (!which.matches(":focus")) heading.focus();
  }

  function close() {
    if (node.hidden) return false;
    node.hidden = true;
    turn += 1;
    body.replaceChildren();
    shown(false);
    opener?.focus();
    return true;
  }

  return {
    node,
    close,
    /** Whoever reads a rule must still see that somebody cries for help. */
    update({ queue }) {
      const need = queue.filter((item) => item.kind === "crisis" && !item.claimed_by).length;
      waits.classList.toggle("needs", need > 0);
      say(waits, node.hidden || !queue.length ? "" : [need > 0 && words.lead.need(need), words.lead.waiting(queue.length)].filter(Boolean).join(" · "));
    },
    leads: (person) => sites(person).length > 0,
    isOpen: () => !node.hidden,
    open(person) {
      if (!node.hidden || !sites(person).length) return;
      me = person;
      opener = document.activeElement;
      which.replaceChildren(...sites(person).map((site) => el("option", { value: site }, site)));
      choose.hidden = sites(person).length < 2;
      node.hidden = false;
      shown(true);
      show(page);
    },
  };
}
