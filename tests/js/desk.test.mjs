import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openActing } from "../../static/desk/acting.js";
import * as care from "../../static/desk/care.js";
import * as desk from "../../static/desk/state.js";
import { codes, spoken } from "../../static/desk/langs.js";
import { speak } from "../../static/desk/words.js";
import es from "../../static/locales/desk/es.js";
import practiceEs from "../../static/locales/desk/practice.es.js";
import practice from "../../static/locales/desk/practice.en.js";
import en from "../../static/locales/desk/en.js";

const me = { id: "s1", name: "Ines", role: "moderator" };
const otter = { id: "v1", name: "Gentle Otter", role: "visitor" };
const heron = { id: "v2", name: "Quiet Heron", role: "visitor" };
const said = (seq, from, text, more = {}) => ({ seq, at: seq * 1000, type: "message", id: `m${seq}`, from, text, ...more });
const room = { id: "life.1", site: "demo", title: "Life", people: [otter, heron], slow_mode: 0, locked: false };
const item = (id, kind, at, more = {}) => ({ id, kind, at, site: "demo", room: "life.1", visitor: "v1", labels: [], version: 1, ...more });

function wall(queue = [], messages = []) {
  const state = desk.welcomed(desk.openDesk(), { me, rooms: [room], queue, on_duty: [] });
  return desk.watched(state, { room, position: { epoch: "e", seq: messages.length }, messages }, "demo");
}

test("who needs a person most comes first, then the oldest; what a colleague asks help for is above all", () => {
  const kinds = ["appeal", "unanswered", "report", "held", "call", "crisis"];
  const state = wall([...kinds.map((kind, n) => item(kind, kind, n)), item("older", "report", 1.5), item("up", "appeal", 9, { escalated: true })]);
  assert.deepEqual(state.queue.map((one) => one.id), ["up", "crisis", "call", "held", "older", "report", "unanswered", "appeal"]);
});

test("j and k walk cases, then rooms, and stop at the ends", () => {
  let state = wall([item("a", "crisis", 1)]);
  const walk = [1, 1, 1, -1, -1].map((by) => (state = desk.moved(state, by)).chosen);
  assert.deepEqual(walk, ["case:a", "room:/life.1", "room:/life.1", "case:a", "case:a"]);
});

test("a case that ends under the cursor leaves nobody chosen, so that no key meets the next one", () => {
  let state = desk.openedAt(wall([item("a", "report", 1), item("b", "report", 2, { visitor: "v2" })]), "case:a");
  state = desk.queued(state, { items: [], removed: ["a"] });
  assert.equal(state.opened, null);
  assert.equal(desk.target(state), null);
});

test("a case that ends by itself leaves its room open, and nobody in it under a key until somebody is chosen", () => {
  const before = desk.openedAt(wall([item("a", "unanswered", 1)], [said(1, otter, "hello"), said(2, heron, "hi")]), "case:a");
  let state = desk.queued(before, { items: [], removed: ["a"] });
  state = desk.stayedIn(state, desk.roomOf(before));
  assert.equal(desk.roomOf(state).id, "life.1");
  assert.equal(desk.target(state), null);
  assert.equal(desk.target(desk.stepped(state, 1)).visitor, "v2");
});

test("words that come in move nobody else under the key: the chosen message stays the one that was looked at", () => {
  let state = desk.openedAt(wall([], [said(1, otter, "rude")]), "room:/life.1");
  state = desk.heard(state, { room: "life.1" }, { type: "events", batch: { room: "life.1", epoch: "e", events: [said(2, heron, "kind")] } });
  assert.equal(desk.target(state).visitor, "v1");
  assert.equal(desk.target(desk.stepped(state, 1)).visitor, "v2");
});

test("two clinics have a room of one name: neither's words, cases or people are taken for the other's", () => {
  const [oak, elm] = ["oak", "elm"].map((community) => ({ ...room, community, site: community, people: community === "oak" ? [otter] : [heron] }));
  let state = desk.welcomed(desk.openDesk(), { me, rooms: [oak, elm], queue: [item("a", "report", 1, { community: "elm", site: "elm", visitor: "v2", message: "m1" })], on_duty: [] });
  for (const one of [oak, elm]) state = desk.watched(state, { room: one, position: { epoch: one.site, seq: 0 }, messages: [] }, one.site);
  state = desk.heard(state, { room: "life.1", community: "elm" }, { type: "events", batch: { room: "life.1", epoch: "elm", events: [said(1, heron, "of Elm")] } });
  assert.deepEqual(state.rooms.map((one) => [one.site, one.view.entries.length, one.view.stale]), [["oak", 0, null], ["elm", 1, null]]);
  assert.equal(desk.roomOf(state, "case:a").site, "elm");
  assert.deepEqual(desk.stops(state), ["case:a", "room:oak/life.1", "room:elm/life.1"]);
  assert.equal(desk.target(desk.openedAt(state, "case:a")).site, "elm");
});

test("of a call that names no room the room is where its visitor is", () => {
  const state = wall([item("a", "call", 1, { room: null }), item("b", "call", 2, { room: null, visitor: "v9" })], [said(1, otter, "hello")]);
  assert.equal(desk.roomOf(state, "case:a").id, "life.1");
  assert.equal(desk.roomOf(state, "case:b"), null);
});

test("staff are never the target of an act", () => {
  const state = desk.openedAt(wall([], [said(1, { id: "s2", name: "Omar", role: "moderator" }, "hello")]), "room:/life.1");
  assert.equal(desk.target(state), null);
});

test("the next case is one that nobody else has, and may pass over a hard one", () => {
  const state = wall([item("a", "crisis", 1, { claimed_by: "s2" }), item("b", "crisis", 2), item("c", "report", 3)]);
  assert.equal(desk.nextCase(state).id, "b");
  assert.equal(desk.nextCase(state, true).id, "c");
});

test("words are hard to read for whoever sees the case of a cry, and for whoever only hears of its message", () => {
  const cry = item("a", "crisis", 1, { message: "m1" });
  assert.deepEqual(wall([cry]).hard, ["m1"]);
  const greeter = desk.welcomed(desk.openDesk(), { me, rooms: [room], queue: [], on_duty: [], hard: ["m1"] });
  assert.deepEqual(desk.hardened(greeter, ["m1", "m2"]).hard, ["m1", "m2"]);
});

test("a case is answered from the list as well as opened", () => {
  const state = desk.moved(wall([item("a", "report", 1, { message: "m1" })], [said(1, otter, "rude")]), 1);
  assert.deepEqual(desk.target(state), { visitor: "v1", name: "Gentle Otter", room: "life.1", site: "demo", message: "m1", item: "a" });
});

test("breaks are named at 50 minutes and two hours, once each, and not off duty", () => {
  const minutes = (n) => n * 60_000;
  let shift = { ...care.openShift(), since: 1 };
  const said = [];
  for (let n = 1; n < 150; n++) {
    const [next, id] = care.clock(shift, minutes(n) + 1);
    shift = next;
    if (id) said.push([n, id]);
  }
  assert.deepEqual(said, [[50, "break_50"], [120, "break_120"]]);
  assert.equal(care.clock(care.openShift(), minutes(500))[1], null);
});

test("after three hard cases in a row the next may pass; a light one between begins anew", () => {
  const kinds = ["crisis", "crisis", "report", "crisis", "crisis", "crisis"];
  let shift = care.openShift();
  const told = kinds.map((kind) => {
    const [next, id] = care.ended(shift, kind);
    shift = next;
    return id;
  });
  assert.deepEqual(told, ["debrief", "debrief", null, "debrief", "debrief", "pass_offer"]);
});

function strings(value) {
  if (typeof value === "function") return [value(1, "x"), value(10, "x")];
  return typeof value === "string" ? [value] : value ? Object.values(value).flatMap(strings) : [];
}

test("a lead hears once of each colleague who has been on for two hours; nobody else does", () => {
  const onDuty = [{ id: "a", name: "Omar", since: 1_000 }, { id: "b", name: "Kemi", since: 60_000 }, { id: "me", name: "Ines", since: 1_000 }];
  const lead = { me: { id: "me", role: "lead" }, onDuty };
  assert.deepEqual(care.tired(lead, new Set(), 7_201_000).map((one) => one.id), ["a"]);
  assert.deepEqual(care.tired(lead, new Set(["a"]), 7_201_000), []);
  assert.deepEqual(care.tired({ ...lead, me: { id: "me", role: "moderator" } }, new Set(), 9_000_000), []);
});

test("a language that no browser knows stands as it was typed, what is no code is left out, and neither breaks a desk", () => {
  speak(en);
  assert.deepEqual(["es", "en-es-fr", "zz"].map(spoken), ["Spanish", "en-es-fr", "zz"]);
  assert.deepEqual(codes("EN, es; English x\u202e <b> pt-br"), ["en", "es", "pt-br"]);
});

test("words that are too long are not sent: a packet of their size would cost the connection", async () => {
  speak(en);
  const [asked, told] = [[], []];
  const acting = openActing({ ask: async (event, payload) => (asked.push(payload.text.length), { ok: true }), tell: (text) => told.push(text), state: () => wall() });
  assert.equal(await acting.say(room, "😀".repeat(2_001)), false);
  assert.equal(await acting.say(room, "😀".repeat(2_000)), true);
  assert.deepEqual([asked, told], [[4_000], [en.errors.too_long]]);
});

test("the desk's words are calm, short and all used", () => {
  const folder = fileURLToPath(new URL("../../static/desk/", import.meta.url));
  const code = readdirSync(folder).filter((name) => name.endsWith(".js")).map((name) => readFileSync(folder + name, "utf8")).join("\n");
  for (const text of strings(en)) {
    assert.doesNotMatch(text, /[!]|\b(addict|junkie|crazy|victim|calm down|violation|banned)\b/i);
    for (const sentence of text.split(/[.?]/)) assert.ok(sentence.trim().split(/\s+/).length <= 15, text);
  }
  const used = new Set([...code.matchAll(/\bwords\.(?!js")([a-z_0-9]+)/g)].map((found) => found[1]));
  const usedByLeads = new Set([...code.matchAll(/\bwords\.lead\.([a-z_0-9]+)/g)].map((found) => found[1]));
  assert.deepEqual(Object.keys(en.lead).sort(), [...usedByLeads].sort());
  // looked up by name: decisions, care, tabs, hand over
  for (const id of ["share", "reject", "dismiss", "acknowledge", "break_50", "break_120", "debrief", "pass_offer", "to_list", "to_context", "to_person", "handover_cases", "handover_worried", "handover_unanswered", "handover_limits", "handover_notes"]) used.add(id);
  assert.deepEqual(Object.keys(en).filter((id) => !used.has(id)), []);
  assert.deepEqual([...used].filter((id) => !(id in en)), []);
});

/** What a catalogue consists of: each string's place, and how many words are put into it. */
function shape(value, at = "") {
  if (typeof value === "function") return [`${at}(${value.length})`];
  if (Array.isArray(value)) return [`${at}[${value.length}]`];
  return value && typeof value === "object" ? Object.entries(value).flatMap(([id, inner]) => shape(inner, `${at}.${id}`)) : [at];
}

test("Spanish says all that English says, with the same words put in, calm and without a sex", () => {
  const { reviewed_by: reviewed, ...said } = es;
  assert.equal(reviewed, null, "somebody who speaks it has to look at it");
  assert.deepEqual(shape(said).sort(), shape(en).sort());
  assert.deepEqual(shape(practiceEs).sort(), shape(practice).sort());
  assert.deepEqual(es.key_list.map(([key]) => key), en.key_list.map(([key]) => key));
  for (const text of [...strings(said), ...strings(practiceEs)]) {
    assert.doesNotMatch(text, /[¡!]|\b(bienvenid[oa]|cansad[oa]|segur[oa]|adict[oa]|víctima)\b/i);
    for (const sentence of text.split(/[.?:;]/)) assert.ok(sentence.trim().split(/\s+/).length <= 18, text);
  }
  const same = strings(en).filter((text, n) => text.length > 6 && text === strings(said)[n]);
  assert.deepEqual(same, [], "left in English");
});

test("the practice's words are calm, short and all used", () => {
  const code = ["practise.js", "practise-guide.js"].map((name) => readFileSync(fileURLToPath(new URL(`../../static/desk/${name}`, import.meta.url)), "utf8")).join("\n");
  for (const text of strings(practice)) {
    assert.doesNotMatch(text, /[!]/);
    for (const sentence of text.split(/[.?:]/)) assert.ok(sentence.trim().split(/\s+/).length <= 15, text);
  }
  assert.deepEqual(Object.keys(practice).sort(), [...new Set([...code.matchAll(/\btexts\.([a-z_]+)/g)].map((found) => found[1]))].sort());
  assert.deepEqual(Object.keys(practice.touch), Object.keys(practice.steps));
  assert.deepEqual(Object.keys(practice.steps), [...code.matchAll(/says: steps\.([a-z_]+)/g)].map((found) => found[1]));
});

test("nothing of the desk becomes markup by a string", () => {
  const folder = fileURLToPath(new URL("../../static/desk/", import.meta.url));
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".js"))) {
    assert.doesNotMatch(readFileSync(folder + name, "utf8"), /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, name);
  }
});

test("held words and an appeal are approved or rejected, other cases dismissed or acknowledged: all that the server takes", () => {
  for (const kind of ["held", "appeal"]) assert.deepEqual(desk.answers({ kind }), { f: "approve", d: "reject" });
  for (const kind of ["crisis", "call", "report", "unanswered"]) assert.deepEqual(desk.answers({ kind }), { f: "dismiss", d: "acknowledge" });
});
