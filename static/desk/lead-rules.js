/** The filter's rules at a site: which of ours are on, what the site adds; rehearsed, then put in force, undone. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { labelled, lineOf, moment, openTheirs, overtaken, why } from "./lead-parts.js";
import { words } from "./words.js";

const FORM = "rule site.bingo: spam\n  note Adverts for the bingo club.\n  say bingo club";
const TRIED = 2_000; // characters of a line, as of a message

export async function rulesPage({ site }) {
  const line = lineOf();
  const theirs = openTheirs();
  const faults = el("ul", { class: "plain care", hidden: true });
  const own = el("textarea", { rows: "8", spellcheck: "false", autocomplete: "off", class: "code", dir: "ltr", placeholder: FORM });
  const tried = el("textarea", { rows: "3", autocomplete: "off", dir: "auto" });
  const list = el("ul", { class: "plain cards" });
  const history = el("ul", { class: "plain" });
  const state = el("p", { class: "note" });
  const result = el("section", { class: "card-row", hidden: true, "aria-label": words.lead.result });
  const rehearse = button(words.lead.rehearse, run, { class: "primary" });
  const put = button(words.lead.put, force, { disabled: true });
  const undo = button(words.lead.undo_last, back);
  let told = null;
  let off = new Set();

  own.addEventListener("input", stale);

  /** What was rehearsed is not what stands there any more. */
  function stale() {
    put.disabled = true;
    result.hidden = true;
  }

  /** What is in force; what somebody was about to change of it, `mine`, stays as they have it. */
  async function read(mine) {
    const answer = await api("GET", `rules?site=${site}`);
    if (!answer.ok) return say(line, why(answer));
    const base = told;
    told = answer.body;
    const kept = mine && ![base.own, told.own].includes(mine.own);
    own.value = kept ? mine.own : told.own;
    off = mine ? switched(base.off, mine.off, told.off) : new Set(told.off);
    theirs.show(kept ? told.own : undefined);
    say(state, words.lead.rules_now(told.n, told.version.slice(0, 8)));
    listed(told.faults);
    list.replaceChildren(...told.rules.filter((rule) => rule.category !== "fact" && !rule.own).map(ruleRow));
    history.replaceChildren(...told.history.map((one) => el("li", {}, `${one.n} · ${moment.format(one.at)}${one.undoes ? ` · ${words.lead.undoes(one.undoes)}` : ""}`)));
    undo.hidden = told.n === 0;
    stale();
    return undefined;
  }

  function listed(found = []) {
    faults.replaceChildren(...found.map((text) => el("li", { dir: "auto" }, text.replace(/^site\.rules\.txt line (\d+)/, (_, n) => words.lead.fault_line(n)))));
    faults.hidden = found.length === 0;
  }

  function ruleRow(rule) {
    const box = el("input", { type: "checkbox", id: `rule-${rule.id}`, checked: !off.has(rule.id), disabled: !rule.may_be_off });
    box.addEventListener("change", () => {
      if (box.checked) off.delete(rule.id);
      else off.add(rule.id);
      stale();
    });
    return el("li", {}, el("label", { class: "check", for: box.id }, box, el("span", {}, el("strong", {}, rule.id), ` ${rule.note}`, !rule.may_be_off && el("span", { class: "note" }, ` ${words.lead.stays_on}`))));
  }

  const proposed = () => ({ site, base: told.n, own: own.value, off: [...off] });

  async function run() {
    stale();
    say(line, words.lead.rehearsing);
    rehearse.disabled = true;
    const sent = JSON.stringify(proposed());
    const lines = tried.value.split("\n").map((text) => text.trim()).filter(Boolean).slice(0, 200).map((text) => ({ text }));
    const answer = await api("POST", "rules/rehearse", { ...proposed(), lines });
    rehearse.disabled = false;
    listed(answer.body.error?.faults);
    if (!answer.ok) return say(line, why(answer, { bad_request: words.lead.rules_bad(told.bounds.bytes, TRIED) }));
    say(line, "");
    show(answer.body);
    put.disabled = sent !== JSON.stringify(proposed()); // somebody may have typed on meanwhile
    return undefined;
  }

  function show({ lines, changed, counts, changes }) {
    const act = (id) => words.lead.verdicts[id] || id;
    result.replaceChildren(
      el("h3", {}, words.lead.result),
      el("p", {}, words.lead.changed(changed, lines)),
      el("ul", { class: "facts-list" }, ...counts.map((one) => el("li", {}, `${one.count}: ${act(one.before)} → ${act(one.after)}`))),
      changes.length > 0 &&
        el(
          "details",
          {},
          el("summary", {}, words.lead.which),
          el("ul", { class: "plain cards" }, ...changes.map((one) => el("li", {}, el("p", { dir: "auto" }, one.text), el("p", { class: "note" }, `${act(one.before)} → ${act(one.after)} · ${one.rules.join(", ")}`)))),
        ),
    );
    result.hidden = false;
    result.scrollIntoView({ block: "nearest" });
  }

  /** Somebody changed them meanwhile: both are shown, and what is proposed is rehearsed against theirs. */
  async function meanwhile() {
    await read(proposed());
    return say(line, theirs.node.hidden ? words.lead.errors.conflict : words.lead.overtaken);
  }

  async function force() {
    const answer = await api("PUT", "rules", proposed());
    if (overtaken(answer)) return meanwhile();
    if (!answer.ok) return say(line, why(answer));
    await read();
    return say(line, words.lead.in_force);
  }

  async function back() {
    const answer = await api("POST", "rules/undo", { site, base: told.n });
    if (overtaken(answer)) return meanwhile();
    if (!answer.ok) return say(line, why(answer));
    await read();
    return say(line, words.undone);
  }

  await read();
  return [
    state,
    faults,
    labelled("rules-own", words.lead.own_rules, own),
    el("p", { class: "note" }, words.lead.own_about),
    labelled("rules-tried", words.lead.try_lines, tried),
    el("div", { class: "acts" }, rehearse, put, undo),
    line,
    theirs.node,
    result,
    el("details", {}, el("summary", {}, words.lead.our_rules), list),
    el("details", {}, el("summary", {}, words.lead.history), history),
  ];
}

/** What is off where two switched at once: `mine` where I did, `theirs` where I did not. */
function switched(base, mine, theirs) {
  const stays = (id) => (mine.includes(id) === base.includes(id) ? theirs : mine).includes(id);
  return new Set([...mine, ...theirs].filter(stays));
}
