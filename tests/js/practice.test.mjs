import assert from "node:assert/strict";
import { test } from "node:test";
import cast from "../../static/desk/practise-cast.en.js";
import spanish from "../../static/desk/practise-cast.es.js";
import { PEOPLE, SCENES, timeline } from "../../static/desk/practise-script.js";
import { openPractice } from "../../static/desk/practise-wire.js";

const names = { me: "You", colleague: "Robin", simulated: "Simulated" };

/** A practice with a clock turned by hand: `turn(ms)` lets that time go by. */
function practice() {
  const told = [];
  let now = 1_000_000;
  let due = [];
  const later = (go, ms) => due.push({ at: now + ms, go });
  const on = { welcome: (payload) => told.push(["welcome", payload]), event: (name, payload) => told.push([name, payload]), link: () => {} };
  const wire = openPractice(on, { names, cast, now: () => now, later });
  function turn(ms) {
    const until = now + ms;
    for (;;) {
      const next = due.filter((one) => one.at <= until).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      due = due.filter((one) => one !== next);
      now = next.at;
      next.go();
    }
    now = until;
  }
  wire.open();
  turn(0);
  return { ...wire, told, turn, said: () => told.filter(([name]) => name === "events").flatMap(([, batch]) => batch.events) };
}

const waiting = (desk) => desk.told.filter(([name]) => name === "queue").flatMap(([, { items, removed }]) => [...items.map((item) => [item.kind, item.id]), ...removed.map((id) => ["over", id])]);

test("twenty people talk in three rooms, at the same moments for the same seed", () => {
  assert.equal(Object.keys(PEOPLE).length, 20);
  assert.equal(new Set(Object.values(PEOPLE).map(([name]) => name)).size, 20);
  assert.equal(Object.keys(cast.rooms).length, 3);
  assert.deepEqual(timeline(1, cast.talk), timeline(1, cast.talk));
  assert.notDeepEqual(timeline(1, cast.talk), timeline(2, cast.talk));
  const speakers = new Set(Object.values(cast.talk).flatMap((said) => said.map(([who]) => who)));
  for (const who of Object.keys(PEOPLE)) assert.ok(speakers.has(who) || Object.values(SCENES).some(({ of }) => of === who), who);
  assert.ok(timeline(1, cast.talk).at(-1).at >= 240_000, "not five minutes of talk");
  assert.deepEqual(Object.values(SCENES).map((scene) => scene.kind), ["unanswered", "report", "held", "report", "crisis"]);
});

test("the same people say as much at the same moments in each language", () => {
  const shape = ({ before, talk, scenes, answers, replies, prepared }) => ({
    said: [before, talk].map((rooms) => Object.entries(rooms).map(([room, lines]) => [room, lines.map(([who]) => who)])),
    scenes: Object.entries(scenes).map(([name, { says, held, rule }]) => [name, says.map(([who]) => who), Boolean(held), Boolean(rule)]),
    answers: Object.entries(answers).map(([who, lines]) => [who, lines.length]),
    replies: Object.entries(replies).map(([room, [who]]) => [room, who]),
    prepared: prepared.length,
  });
  assert.deepEqual(shape(spanish), shape(cast));
  const lines = (all) => [all.before, all.talk].flatMap((rooms) => Object.values(rooms).flat().map(([, text]) => text));
  assert.deepEqual(lines(spanish).filter((text) => lines(cast).includes(text)), []);
});

test("everybody is labelled, and each room's log has no hole", () => {
  const desk = practice();
  desk.turn(600_000);
  const batches = desk.told.filter(([name]) => name === "events").map(([, batch]) => batch);
  for (const room of Object.keys(cast.rooms)) {
    const events = batches.filter((batch) => batch.room === room).flatMap((batch) => batch.events);
    assert.deepEqual(events.map((event) => event.seq), events.map((_, n) => n + 1));
    for (const { from } of events) assert.equal(from.badge, "Simulated");
  }
});

test("a person who is paused says nothing more, until it is taken back", async () => {
  const desk = practice();
  const { act } = await desk.ask("act", { action: "mute", visitor: "lantern", reason: "other", key: "k" });
  const again = await desk.ask("act", { action: "mute", visitor: "lantern", reason: "other", key: "k" });
  assert.equal(again.act, act, "one key is one act");
  desk.turn(400_000);
  assert.ok(!desk.said().some(({ from }) => from.id === "lantern"));
  assert.ok((await desk.ask("undo", { act })).undone);
  assert.ok(!(await desk.ask("undo", { act })).undone);
});

test("a held message is shared once, a decision is taken back, a case has one end", async () => {
  const desk = practice();
  desk.happens("held");
  desk.happens("held");
  const [[kind, item]] = waiting(desk);
  assert.equal(kind, "held");
  const rejected = await desk.ask("act", { action: "reject", item, key: "a", reason: "contact" });
  assert.equal((await desk.ask("act", { action: "approve", item, key: "b" })).error.code, "conflict");
  assert.ok((await desk.ask("undo", { act: rejected.act })).undone);
  await desk.ask("act", { action: "approve", item, key: "c" });
  assert.equal(desk.said().filter(({ text }) => text === cast.scenes.held.held).length, 1);
  assert.deepEqual(waiting(desk).map(([what]) => what), ["held", "over", "held", "over"]);
});

test("who is written to alone answers, and a colleague takes what is passed on", async () => {
  const desk = practice();
  desk.happens("crisis");
  await desk.ask("act", { action: "whisper", visitor: "cedar", text: "I am here", key: "a" });
  desk.turn(5_000);
  const { words } = await desk.ask("person", { visitor: "cedar" });
  assert.equal(words.length, 2);
  assert.deepEqual(waiting(desk).map(([kind]) => kind), ["crisis", "call"]);
  const [[, cry]] = waiting(desk);
  await desk.ask("act", { action: "escalate", item: cry, key: "b" });
  desk.turn(30_000);
  assert.ok(waiting(desk).some(([what, id]) => what === "over" && id === cry));
});

test("while somebody cries for help the room talks of nothing else, and goes on in order", async () => {
  const desk = practice();
  desk.happens("crisis");
  desk.turn(120_000);
  const minds = () => desk.said().filter(({ from }) => PEOPLE[from.id]?.[1] === "minds.1").map(({ text }) => text).slice(4);
  assert.deepEqual(minds(), cast.scenes.crisis.says.map(([, text]) => text));
  const [[, cry]] = waiting(desk);
  await desk.ask("act", { action: "acknowledge", item: cry, key: "a" });
  desk.turn(60_000);
  assert.deepEqual(minds().filter((text) => text !== cast.still).slice(2, 4), cast.talk["minds.1"].slice(0, 2).map(([, text]) => text));
});

test("what the service does not know, the practice does not know", async () => {
  const desk = practice();
  assert.equal((await desk.ask("nonsense", {})).error.code, "unknown_event");
});
