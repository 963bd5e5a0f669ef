/** The bar above: duty, the time on it, settings, keys, handing over; and the three tabs of a phone. */
import { button, el } from "../widget/dom.js";
import { sessions } from "./door.js";
import { handing } from "./handover.js";
import { ownHours } from "./own-hours.js";
import { codes } from "./langs.js";
import { nextOther, nextOwn } from "./roster-parts.js";
import { languageChoice } from "./language.js";
import { words } from "./words.js";

/** `on.duty(yes, langs)`, `on.over(note)`, `on.zone(name)`, `on.lead()`, `on.covers(yes)`: a sheet lies over what stands at the end; `leads(me)`: whether there are pages for a lead; `ask` as the link's. */
export function openHeader({ settings, bell, on, leads, ask }) {
  const who = el("span", { class: "who-am-i" });
  const shiftLine = el("span", { class: "note" });
  const duty = button("", () => on.duty(!latest.duty, latest.duty ? [] : langs()), { class: "primary" });
  const sheet = el("section", { class: "sheet", hidden: true });
  const hint = el("p", { class: "duty-hint", role: "status" });
  const hand = button(words.hand_over, (event) => open(event, words.hand_over, ...handing({ state: latest, ask })));
  const real = location.pathname === "/desk"; // the practice room has no roster, and no other room to practise in
  const roster = (attributes) => real && button(words.roster.open, (event) => open(sheet.contains(event.currentTarget) ? null : event, words.roster.open, ownHours(latest.me)), attributes);
  const lead = button(words.lead.open, () => on.lead(), { hidden: true });
  let latest = null;
  let opener = null;
  const node = el(
    "header",
    { class: "top" },
    el("h1", { tabindex: "-1" }, words.desk),
    who,
    shiftLine,
    el("span", { class: "grow" }),
    duty,
    lead,
    hand,
    roster({ class: "by-key" }) || "", // a phone has it in the settings: its bar is one row
    button(words.settings, settingsSheet, { class: "to-settings" }),
    button("?", (event) => help(event), { "aria-label": words.help, class: "by-key" }),
    hint,
    sheet,
  );
  const tabs = el("nav", { class: "tabs", "aria-label": words.desk }, ...["list", "context", "person"].map((zone) => button(words[`to_${zone}`], () => on.zone(zone), { "data-to": zone })));

  const langs = () => codes(settings.get("langs") || "");

  /** The last of `nodes` may be the foot, which stays in sight: what is done there, beside the way out. */
  function open(event, label, ...nodes) {
    if (event?.currentTarget) opener = event.currentTarget;
    const heading = el("h2", { tabindex: "-1" }, label);
    sheet.setAttribute("aria-label", label);
    const shut = button(words.close, close);
    const all = nodes.filter(Boolean);
    const foot = all.at(-1)?.matches(".foot") ? all.pop() : el("div", { class: "acts foot" });
    foot.append(shut);
    sheet.replaceChildren(heading, el("div", { class: "sheet-body", tabindex: "0" }, ...all), foot);
    sheet.hidden = false;
    on.covers(true);
    heading.focus();
  }

  function close() {
    if (sheet.hidden) return false;
    sheet.hidden = true;
    on.covers(false);
    opener?.focus();
    opener = null;
    return true;
  }

  function help(event) {
    const rows = words.key_list.map(([key, what]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)));
    open(event, words.help, el("dl", { class: "key-list" }, ...rows));
  }

  const check = (id, label, changed) => {
    const box = el("input", { type: "checkbox", id, checked: settings.get(id), onchange: () => changed(box.checked) });
    return el("label", { class: "check", for: id }, box, label);
  };

  async function settingsSheet(event) {
    const asked = event;
    const opened = event.currentTarget;
    const line = el("p", { class: "note", role: "status" });
    const spoken = el("input", { id: "langs", value: settings.get("langs") || "", autocomplete: "off", spellcheck: "false", onchange: keepLangs });
    /** The field shows what was kept of it. */
    function keepLangs() {
      spoken.value = codes(spoken.value).join(" ");
      settings.set("langs", spoken.value);
    }
    async function ring(yes) {
      settings.set("ring", yes);
      line.textContent = yes && !(await bell.allow()) ? words.ring_refused : "";
    }
    const practise = real && el("a", { class: "plain-link", href: "/desk/practise", target: "_blank", rel: "noopener" }, words.practise);
    const own = await sessions({ over: () => on.over(words.signed_out) });
    open({ ...asked, currentTarget: opened }, words.settings, check("keys", words.single_keys, (yes) => settings.set("keys", yes)), check("ring", words.ring, ring), line, el("label", { for: "langs" }, words.langs), spoken, el("p", { class: "note" }, words.langs_hint), languageChoice(), roster(), practise, own);
  }

  return {
    node,
    tabs,
    help,
    close,
    sheet: open,
    zone: (name) => tabs.querySelectorAll("button").forEach((one) => one.toggleAttribute("data-here", one.dataset.to === name)),
    update(state, shift, now) {
      latest = state;
      who.textContent = state.me.name;
      lead.hidden = !leads(state.me);
      hand.hidden = state.me.role === "greeter"; // they see no cases, and have none to hand over
      const minutes = shift.since ? Math.floor((now - shift.since) / 60_000) : 0;
      shiftLine.textContent = [words.on_shift(state.onDuty.length), state.duty && words.on_for(minutes)].filter(Boolean).join(" · ");
      duty.textContent = state.duty ? words.duty_off : words.duty_on;
      const [about, more] = !state.duty ? [words.off_duty_hint, nextOwn] : state.onDuty.length === 1 ? [words.alone, nextOther] : ["", () => ""];
      const line = [about, more(state.coming, state.me.id, now)].filter(Boolean).join(" ");
      if (hint.textContent !== line) hint.textContent = line;
    },
  };
}
