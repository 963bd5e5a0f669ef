import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT, meanwhile, openRoom, position, reduce, shownPending } from "../../static/shared/room.js";

const me = { id: "me", name: "Gentle Otter" };
const other = { id: "you", name: "Quiet Harbor", role: "visitor" };
const room = { id: "addiction.1", topic: "addiction", title: "Addiction", covered: true, people: [other] };

const said = (seq, id, from = other, text = `words ${id}`) => ({ seq, type: "message", at: seq, id, from, text });
const batch = (events, epoch = "e1") => ({ type: "events", batch: { room: room.id, epoch, events } });
const run = (state, ...events) => events.reduce(reduce, state);
const ids = (state) => state.entries.filter((entry) => !entry.gone).map((entry) => entry.id);
const joined = (ack) => ({ type: "joined", ack: { room, position: { epoch: "e1", seq: 0 }, messages: [], ...ack } });
const inRoom = (...events) => run(openRoom(me), joined({}), ...events);
const queued = (key, text = "mine") => [
  { type: "queued", key, text },
  { type: "sending", key },
];
const acked = (key, id, more = {}) => ({ type: "acked", key, ack: { outcome: "allow", id, seq: 1, text: "mine", ...more } });

test("messages of the log are shown in its order and move the position", () => {
  const state = inRoom(batch([said(1, "a"), said(2, "b")]));
  assert.deepEqual(ids(state), ["a", "b"]);
  assert.deepEqual(position(state), { epoch: "e1", seq: 2 });
});

test("an event already seen is skipped", () => {
  const state = inRoom(batch([said(1, "a")]), batch([said(1, "a"), said(2, "b")]));
  assert.deepEqual(ids(state), ["a", "b"]);
});

test("a hole shows nothing newer and asks for the missing part", () => {
  const state = inRoom(batch([said(1, "a")]), batch([said(3, "c")]), batch([said(4, "d")]));
  assert.equal(state.stale, "gap");
  assert.deepEqual(ids(state), ["a"]);
  assert.deepEqual(position(state), { epoch: "e1", seq: 1 });
});

test("the events missed fill the hole", () => {
  const healed = joined({ position: { epoch: "e1", seq: 3 }, messages: undefined, events: [said(2, "b"), said(3, "c")] });
  const state = inRoom(batch([said(1, "a")]), batch([said(3, "c")]), healed);
  assert.equal(state.stale, null);
  assert.deepEqual(ids(state), ["a", "b", "c"]);
});

test("another room's events are not ours", () => {
  const state = inRoom({ type: "events", batch: { room: "addiction.2", epoch: "e1", events: [said(1, "a")] } });
  assert.deepEqual(ids(state), []);
});

test("a new epoch keeps what was on screen and says so in one line", () => {
  const lost = inRoom(batch([said(1, "a")]), batch([], "e2"));
  assert.equal(lost.stale, "epoch");
  const state = reduce(lost, joined({ position: { epoch: "e2", seq: 1 }, messages: [said(1, "b")], complete: false }));
  assert.deepEqual(state.entries.map((entry) => entry.what || entry.id), ["a", "epoch", "b"]);
  assert.equal(state.stale, null);
});

test("a message that comes again in a new log, under the id it had, is shown once", () => {
  const lost = inRoom(batch([said(1, "a"), said(2, "b")]), batch([], "e2"));
  const back = reduce(lost, joined({ position: { epoch: "e2", seq: 1 }, messages: [said(1, "b")], complete: false }));
  assert.deepEqual(ids(reduce(back, batch([said(2, "a"), said(3, "c")], "e2"))), ["a", "b", "marker-e2-1", "c"]);
});

test("a replay that could not be whole says that something is missing", () => {
  const again = joined({ position: { epoch: "e1", seq: 9 }, messages: [said(9, "z")], complete: false });
  const state = inRoom(batch([said(1, "a")]), again);
  assert.deepEqual(state.entries.map((entry) => entry.what || entry.id), ["a", "missed", "z"]);
});

test("words taken back while away leave the screen with the snapshot", () => {
  const again = joined({ position: { epoch: "e1", seq: 4 }, messages: [said(1, "a"), said(3, "c")], complete: false });
  const state = inRoom(batch([said(1, "a"), said(2, "b"), said(3, "c")]), again);
  assert.deepEqual(ids(state), ["a", "c"]);
});

test("edited words keep their place; veiled, reacted and retracted change one message", () => {
  const state = inRoom(
    batch([said(1, "a"), said(2, "b"), said(3, "c")]),
    batch([
      { seq: 4, type: "edited", at: 4, id: "a", from: other, text: "now" },
      { seq: 5, type: "veiled", at: 5, id: "b", veil: ["self_harm"] },
      { seq: 6, type: "reacted", at: 6, id: "b", reactions: { hug: 1 } },
      { seq: 7, type: "retracted", at: 7, id: "c", by: "moderator" },
    ]),
  );
  const [a, b, c] = state.entries;
  assert.deepEqual([a.text, a.edited, a.seq], ["now", true, 1]);
  assert.deepEqual([b.veil, b.reactions], [["self_harm"], { hug: 1 }]);
  assert.deepEqual([c.gone, c.text, c.by], [true, "", "moderator"]);
});

test("a place that is gone is filled again by a later edit of the same id", () => {
  const state = inRoom(
    batch([{ seq: 1, type: "gone", at: 1, id: "a" }, said(2, "b")]),
    batch([{ seq: 3, type: "edited", at: 3, id: "a", from: other, text: "back" }]),
  );
  assert.deepEqual(ids(state), ["a", "b"]);
  assert.equal(state.entries[0].text, "back");
});

test("what changed of the room is merged, unknown events only move the position", () => {
  const state = inRoom(batch([{ seq: 1, type: "state", at: 1, covered: false }, { seq: 2, type: "later", at: 2 }]));
  assert.equal(state.room.covered, false);
  assert.equal(state.room.title, "Addiction");
  assert.equal(state.seq, 2);
});

for (const [name, order] of [
  ["after", (own, ack) => [own, ack]],
  ["before", (own, ack) => [ack, own]],
]) {
  test(`my message is shown once when its acknowledgement comes ${name} its event`, () => {
    const own = batch([said(1, "m", me, "mi**")]);
    const ack = acked("k", "m", { outcome: "mask", text: "mi**" });
    let state = inRoom(...queued("k"));
    for (const event of order(own, ack)) {
      state = reduce(state, event);
      const shown = ids(state).length + shownPending(state).length;
      assert.equal(shown, 1);
    }
    assert.deepEqual(state.pending, []);
    assert.equal(state.entries[0].note, "mask");
  });
}

test("my message sent again after a lost answer is not shown twice", () => {
  const state = inRoom(...queued("k"), batch([said(1, "m", me)]), { type: "waiting", key: "k" }, acked("k", "m"));
  assert.deepEqual([ids(state), state.pending], [["m"], []]);
});

test("a message of mine from another tab does not hide the one on its way for good", () => {
  const state = inRoom(...queued("k"), batch([said(1, "elsewhere", me)]), acked("k", "m", { seq: 2 }));
  assert.equal(shownPending(state).length, 1);
});

test("a held message waits, and comes back with the reason when it was not shared", () => {
  const held = inRoom(...queued("k"), acked("k", "h", { outcome: "hold", seq: null, text: undefined }));
  assert.deepEqual([held.pending[0].state, held.pending[0].text], ["held", "mine"]);
  const state = reduce(held, { type: "outcome", key: "k", outcome: "reject", reason: "danger" });
  assert.deepEqual([state.pending[0].state, state.pending[0].code], ["failed", "reject"]);
});

test("a confirmed message that the new snapshot lacks does not stay behind", () => {
  const state = inRoom(...queued("k"), acked("k", "m"), joined({ position: { epoch: "e1", seq: 5 }, complete: false }));
  assert.deepEqual(state.pending, []);
});

test("people come and leave by difference; who left is no longer writing", () => {
  const third = { id: "3", name: "Soft Cedar", role: "simulated" };
  const state = inRoom(
    { type: "typing", id: "you" },
    { type: "people", change: { room: room.id, joined: [third], left: ["you"], count: 2 } },
  );
  assert.deepEqual([state.room.people, state.room.count, state.typing], [[third], 2, []]);
});

test("after an absence it is known who wrote, and who answered me", () => {
  const away = inRoom(batch([said(1, "a", me)]));
  const third = { id: "3", name: "Soft Cedar", role: "visitor" };
  const events = [said(2, "b"), said(3, "c", third), said(4, "d", me), { ...said(5, "e", third), reply_to: "a" }];
  const back = reduce(away, joined({ messages: undefined, events, position: { epoch: "e1", seq: 5 }, complete: true }));
  assert.deepEqual(meanwhile(away, back), { names: [other.name, "Soft Cedar"], answered: "Soft Cedar" });
  assert.deepEqual(meanwhile(back, back), { names: [], answered: null });
});

test("at most 200 lines stay", () => {
  const state = inRoom(batch(Array.from({ length: KEPT + 50 }, (_, index) => said(index + 1, `m${index}`))));
  assert.equal(state.entries.length, KEPT);
  assert.equal(state.seq, KEPT + 50);
});
