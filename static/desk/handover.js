/** What the next person should know. The service writes it; nobody else has to. */
import { button, el, say } from "../widget/dom.js";
import { spoken } from "./langs.js";
import * as roster from "./roster-parts.js";
import { did, words } from "./words.js";

const moment = new Intl.DateTimeFormat(words.lang, { weekday: "short", hour: "numeric", minute: "2-digit" });

/** A handover as the service tells it, in parts with headings. */
export function told(made, rooms) {
  const title = (id) => rooms.find((room) => room.id === id && room.site === made.site)?.title;
  const line = (...parts) => parts.filter(Boolean).join(" · ");
  const who = (one) => one.name || words.somebody;
  const all = made.cases || [];
  const parts = {
    handover_cases: all.filter((one) => one.kind !== "unanswered").map((one) => line(words.kinds[one.kind], one.name, title(one.room), moment.format(one.at))),
    handover_worried: (made.worried || []).map(who),
    handover_unanswered: all.filter((one) => one.kind === "unanswered").map((one) => line(who(one), title(one.room), moment.format(one.at))),
    handover_limits: (made.limits || []).map((one) => line(did(one.kind, who(one)), words.reasons[one.reason], words.until(moment.format(one.at)))),
    handover_notes: (made.notes || []).map((one) => `${line(who(one), one.by)}: ${one.text}`),
  };
  const list = (lines) => el("ul", { class: "plain" }, ...(lines.length ? lines : [words.none]).map((text) => el("li", { dir: "auto" }, text)));
  return [made.note && el("p", { class: "care", dir: "auto" }, made.note), ...Object.entries(parts).flatMap(([id, lines]) => [el("h3", {}, words[id]), list(lines)])];
}

/** Who is there, with their languages and time on duty, and who means to come. */
function rosterOf({ timezone, hours, next, coming }, onDuty, now) {
  const minutes = (one) => (one.since ? words.on_for(Math.max(0, Math.floor((now - one.since) / 60_000))) : "");
  const staff = onDuty.map((one) => [one.name, words.roles[one.role], (one.langs || []).map(spoken).join(", "), minutes(one)].filter(Boolean).join(" · "));
  const days = hours.map((one) => [one.days.map((day) => words.lead.days[day]).join(" "), one.at, one.topics.join(", ")].filter(Boolean).join(" "));
  return [
    el("h3", {}, words.handover_staff),
    el("ul", { class: "plain" }, ...staff.map((text) => el("li", { dir: "auto" }, text))),
    onDuty.length < 2 && el("p", { class: "care" }, words.alone),
    el("h3", {}, words.roster.coming),
    roster.list(coming.filter((one) => one.ends > now).slice(0, 5).map(roster.line), words.roster.nobody),
    el("p", { class: "note" }, hours.length ? words.lead.hours(days.join("; "), timezone) : words.lead.no_hours),
    next && el("p", {}, words.comes_next(moment.format(next))),
  ];
}

/** The sheet of who goes: what will be said, a line of one's own, and the button. `ask` as the link's. */
export function handing({ state, ask }) {
  const key = crypto.randomUUID(); // pressed twice it is one handover
  const line = el("p", { class: "note", role: "status", tabindex: "-1" });
  const seen = el("div", { class: "pair" });
  const there = el("div", { class: "pair" });
  const note = el("textarea", { id: "handover-note", rows: "2", maxlength: "1000", autocomplete: "off" });
  const go = button(words.hand_over_now, send, { class: "primary" });
  const which = el("select", { id: "handover-site", onchange: read }, ...sites(state).map((site) => el("option", { value: site }, site)));
  const choose = which.length > 1 && el("div", { class: "labelled" }, el("label", { for: "handover-site" }, words.lead.site), which);
  const asked = () => ({ site: which.value, worried: state.cried.slice(-20) });

  async function read() {
    const ack = await ask("handover", asked());
    go.disabled = !ack.ok;
    if (!ack.ok) return say(line, words.errors[ack.error.code] || words.failed);
    seen.replaceChildren(...told(ack.handover, state.rooms).filter(Boolean));
    return there.replaceChildren(...rosterOf(ack.roster, state.onDuty, Date.now()).filter(Boolean));
  }

  async function send() {
    const ack = await ask("hand_over", { ...asked(), key: `${key}-${which.value}`, note: note.value });
    go.disabled = ack.ok;
    say(line, ack.ok ? words.handed_over : words.errors[ack.error.code] || words.failed);
    return line.focus(); // it may lie outside of what a small sheet shows, and the button may take no focus any more
  }

  read();
  return [
    el("p", { class: "note" }, words.hand_over_about),
    choose,
    seen,
    el("label", { for: "handover-note" }, words.handover_note),
    note,
    line,
    there,
    el("div", { class: "acts foot" }, go),
  ];
}

const sites = (state) => state.me.roles.filter((post) => post.role !== "greeter").map((post) => post.site);
