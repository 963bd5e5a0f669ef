/** What was done at a site, by whom and when; read by person, act and day, and taken away as a table. */
import { button, el, say } from "../widget/dom.js";
import { api } from "./api.js";
import { spoken } from "./langs.js";
import { choice, labelled, lineOf, moment, why } from "./lead-parts.js";
import { words } from "./words.js";

const DAY = 86_400_000;

/** The start of a day that was picked, here, in ms; "" where none was. */
const from = (value, days = 0) => (value ? String(new Date(`${value}T00:00`).getTime() + days * DAY) : "");

export async function auditPage({ site }) {
  const line = lineOf();
  const body = el("tbody");
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...words.lead.columns.map((text) => el("th", { scope: "col" }, text)))), body);
  const older = button(words.lead.older, () => draw(last));
  const save = el("a", { class: "action", download: true }, words.lead.download);
  const who = choice([["", words.lead.anybody]], "");
  const what = choice([["", words.lead.anything]], "");
  const since = el("input", { type: "date" });
  const until = el("input", { type: "date" });
  const rows = new Map(); // act -> its row, so that what was begun and what came of it are one
  const told = await api("GET", `site?site=${site}`);
  const titles = new Map((told.ok ? told.body.topics : []).map((topic) => [topic.id, topic.title]));
  let last = 0;
  for (const field of [who, what, since, until]) field.addEventListener("change", () => draw());

  const query = () => Object.entries({ site, actor: who.value, action: what.value, since: from(since.value), until: from(until.value, 1) }).filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

  async function draw(before) {
    save.href = `/desk/api/audit/export?${query()}`;
    const answer = await api("GET", `audit?${query()}${before ? `&before=${before}` : ""}`);
    if (!answer.ok) return say(line, why(answer));
    const told = answer.body;
    if (!before) {
      rows.clear();
      body.replaceChildren();
      fill(who, words.lead.anybody, told.actors.map((id) => [id, named(id, told.names)]));
      fill(what, words.lead.anything, told.actions.map((id) => [id, id === "dismiss" ? `${words.lead.did.dismiss}, ${words.lead.did.remove}` : words.lead.did[id] || id]));
    }
    // newest first: what came of an act stands before that it was begun
    for (const row of told.rows) {
      if (row.act && rows.has(row.act) && row.state === "pending") continue;
      rows.set(row.act, row);
      body.append(drawn(row, told.names));
    }
    last = told.rows.at(-1)?.n;
    older.hidden = !told.more;
    say(line, body.children.length ? "" : words.lead.no_rows);
    return undefined;
  }

  const named = (id, names) => names[id] || words.lead.actors[id] || id;

  /** Of words their language, of a help line its id; the service numbers changes of words as "en.2". */
  function subjectOf({ action, subject }) {
    if (/^(replies|reasons)_/.test(action)) return spoken(subject.split(".")[0]);
    return action.startsWith("line_") && subject;
  }

  /** A room as the desk calls it; of a topic that is no more, by its id. */
  function titled(room) {
    const [topic, number] = room.split(".");
    return titles.has(topic) ? `${titles.get(topic)} ${number}` : room;
  }

  function fill(select, any, options) {
    const chosen = select.value;
    select.replaceChildren(...[["", any], ...options].map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  }

  function drawn(row, names) {
    const what = words.lead.did[row.action === "dismiss" && !row.act ? "remove" : row.action] || row.action;
    const about = [row.subject !== row.actor && (names[row.subject] || subjectOf(row)), row.room && titled(row.room), words.reasons[row.reason], row.rule, row.until > 0 && words.until(moment.format(row.until))];
    const cells = [
      moment.format(row.at),
      `${named(row.actor, names)}${words.roles[row.role] ? ` · ${words.roles[row.role]}` : ""}`,
      row.state === "done" ? what : `${what} · ${words.lead.states[row.state]}`,
      about.filter(Boolean).join(" · "),
    ];
    return el("tr", {}, ...cells.map((text, n) => el("td", { "data-label": words.lead.columns[n], dir: "auto" }, text)));
  }

  await draw();
  return [
    el("p", { class: "note" }, words.lead.audit_about),
    el("div", { class: "fields" }, labelled("audit-who", words.lead.columns[1], who), labelled("audit-what", words.lead.columns[2], what), labelled("audit-since", words.lead.from_day, since), labelled("audit-until", words.lead.to_day, until)),
    el("div", { class: "acts" }, save),
    line,
    table,
    older,
  ];
}
