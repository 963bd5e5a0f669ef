import assert from "node:assert/strict";
import { test } from "node:test";
import { openOutbox } from "../../static/widget/outbox.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));
const ok = { ok: true, id: "m" };
const no = (code, retry_after) => ({ ok: false, error: { code, retry_after } });

/** An outbox whose server answers from `answers` in turn, and whose clock is turned by hand. */
function outbox(...answers) {
  const sent = [];
  const told = [];
  const timers = [];
  const clock = { now: 0 };
  const tell = (what) => (item, ...rest) => told.push([what, item?.key, ...rest]);
  const box = openOutbox({
    send: async (item) => {
      sent.push(item.key);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    on: Object.fromEntries(["sending", "waiting", "acked", "refused", "failed", "lost"].map((name) => [name, tell(name)])),
    later: (run, ms) => timers.push([run, ms]),
    now: () => clock.now,
  });
  const wake = async () => (timers.shift()[0](), await settled());
  return { box, sent, told, timers, clock, wake, what: () => told.map(([name]) => name).filter((name) => name !== "sending") };
}

test("nothing leaves before the room is joined, then all in order", async () => {
  const { box, sent } = outbox(ok, ok, ok);
  for (const key of ["a", "b", "c"]) box.add({ key, text: key });
  await settled();
  assert.deepEqual(sent, []);
  box.resume();
  for (let turn = 0; turn < 3; turn++) await settled();
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.deepEqual(box.unsent(), []);
});

test("a refusal that invites it is retried under the same key after the time it names", async () => {
  const { box, sent, told, timers, wake } = outbox(no("rate_limited", 1.5), ok);
  box.resume();
  box.add({ key: "a", text: "a" });
  await settled();
  assert.equal(timers[0][1], 1500);
  assert.deepEqual(told.at(-1), ["waiting", "a", 2, "rate_limited"]);
  await wake();
  assert.deepEqual(sent, ["a", "a"]);
});

test("blocked words go back to the person and the next message follows", async () => {
  const { box, what } = outbox({ ok: false, error: { code: "blocked", category: "contact" } }, ok);
  box.resume();
  box.add({ key: "a", text: "a" });
  box.add({ key: "b", text: "b" });
  for (let turn = 0; turn < 3; turn++) await settled();
  assert.deepEqual(what(), ["refused", "acked"]);
});

test("a connection that breaks loses nothing: the same key goes again after the next join", async () => {
  const { box, sent, what } = outbox(new Error("gone"), ok);
  box.resume();
  box.add({ key: "a", text: "a" });
  box.pause();
  await settled();
  assert.deepEqual(box.unsent().map((item) => item.key), ["a"]);
  box.resume();
  await settled();
  assert.deepEqual([sent, what()], [["a", "a"], ["waiting", "acked"]]);
});

test("no answer three times on a standing connection is said to the person", async () => {
  const { box, wake, told } = outbox(new Error("slow"), new Error("slow"), new Error("slow"));
  box.resume();
  box.add({ key: "a", text: "a" });
  await settled();
  await wake();
  await wake();
  assert.deepEqual(told.at(-1), ["failed", "a", { code: "timeout" }]);
});

test("a key older than the server's memory is not sent by itself: it could double", async () => {
  const { box, sent, told, clock } = outbox(new Error("gone"));
  box.resume();
  clock.now = 1;
  box.add({ key: "a", text: "a" });
  box.pause();
  await settled();
  clock.now += 15 * 60_000;
  box.resume();
  await settled();
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(told.at(-1), ["failed", "a", { code: "stale" }]);
});

test("in no room any more: the room is joined again before the same key goes", async () => {
  const { box, sent, what } = outbox(no("not_in_room"), ok);
  box.resume();
  box.add({ key: "a", text: "a" });
  await settled();
  assert.deepEqual(what(), ["lost"]);
  box.resume();
  await settled();
  assert.deepEqual(sent, ["a", "a"]);
});
