/** What the roster is made of: hours of this week in the reader's time, and weekly hours that can be changed. */
import { button, el } from "../widget/dom.js";
import { codes, spoken } from "./langs.js";
import { choice, labelled } from "./lead-parts.js";
import { words } from "./words.js";

const when = new Intl.DateTimeFormat(words.lang, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
let count = 0; // ids of fields are never used twice in a page

/** The reader's own time zone. */
export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const span = ({ begins, ends }) => when.formatRange(begins, ends);
export const moment = (at) => when.format(at);

/** A shift of this week on one line. */
export const line = (one) => [one.name, span(one), one.langs.map(spoken).join(", "), one.offered && words.roster.offered].filter(Boolean).join(" · ");

export const list = (texts, none) => el("ul", { class: "plain" }, ...(texts.length ? texts : [none]).map((text) => el("li", { dir: "auto" }, text)));

/** Who of others comes next by the roster, in a sentence; "" where nobody is planned. */
export function nextOther(coming, me, now) {
  const one = coming.find((shift) => shift.id !== me && shift.ends > now);
  if (!one) return "";
  return one.begins <= now ? words.roster.due(one.name, moment(one.ends)) : words.roster.next(line(one));
}

/** One's own next hours, in a sentence; "" where there are none. */
export function nextOwn(coming, me, now) {
  const one = coming.find((shift) => shift.id === me && shift.ends > now && !shift.offered);
  return one ? words.roster.mine_next(span(one)) : "";
}

export const zones = () => el("datalist", { id: "zones" }, ...["UTC", ...Intl.supportedValuesOf("timeZone")].map((value) => el("option", { value })));

/** A field of languages, and what stands in it as codes. */
export function langsField(held) {
  const field = el("input", { value: held.join(" "), autocomplete: "off", spellcheck: "false", onchange: () => (field.value = codes(field.value).join(" ")) });
  const node = labelled(`langs-${(count += 1)}`, words.roster.langs, field);
  return { node, read: () => codes(field.value) };
}

/** Somebody's weekly hours as rows. `plans`: whether this reader may plan what was offered; `changed()`: something is other than it was read. */
export function hoursOf(name, shifts, { zone, plans = false, changed = () => {} }) {
  const rows = el("div", { class: "cards" });
  const read = new Map(); // a row -> what stands in it
  const add = button(words.roster.add, () => {
    const node = row({ day: 0, start: "18:00", end: "20:00", zone, offered: false });
    rows.append(node);
    node.querySelector("select").focus();
    changed();
  });

  function row(shift) {
    const n = (count += 1);
    let { offered } = shift;
    const days = Object.values(words.lead.days).map((text, day) => [String(day), text]);
    const day = choice(days, String(shift.day));
    const time = (value) => el("input", { type: "time", value, required: true });
    const start = time(shift.start);
    const end = time(shift.end);
    const where = el("input", { value: shift.zone, list: "zones", autocomplete: "off", spellcheck: "false" });
    const waits = el("p", { class: "note" }, words.roster.offered);
    const plan = button(words.roster.plan, () => {
      offered = false;
      waits.remove();
      plan.remove();
      drop.focus();
      changed();
    });
    const drop = button(words.roster.drop, () => {
      read.delete(node);
      node.remove();
      add.focus();
      changed();
    });
    const node = el(
      "div",
      { class: "hours", role: "group", "aria-label": words.roster.hours_of(name) },
      el("div", { class: "fields" }, labelled(`day-${n}`, words.roster.day, day), labelled(`start-${n}`, words.lead.from_day, start), labelled(`end-${n}`, words.lead.to_day, end), labelled(`zone-${n}`, words.roster.zone, where)),
      offered && waits,
      el("div", { class: "acts" }, offered && plans && plan, drop),
    );
    for (const field of [day, start, end, where]) field.addEventListener("input", changed);
    read.set(node, () => ({ day: Number(day.value), start: start.value, end: end.value, zone: where.value.trim(), offered }));
    return node;
  }

  rows.append(...shifts.map(row));
  return { nodes: [rows, el("div", { class: "acts" }, add)], read: () => [...read.values()].map((one) => one()) };
}
