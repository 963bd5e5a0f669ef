import assert from "node:assert/strict";
import { test } from "node:test";
import { mayOffer } from "../../static/shared/livelier.js";

const offer = { room: "a.1", other: "a.2", people: 5 };
const room = (people, pending = []) => ({ room: { id: "a.1", people: Array(people).fill({}) }, pending });

test("a livelier room is offered to who is alone, and to two after a minute without a word", () => {
  assert.ok(mayOffer(room(1), offer, 0));
  assert.ok(!mayOffer(room(2), offer, 59_999));
  assert.ok(mayOffer(room(2), offer, 60_000));
});

test("it is not offered in another room, nor while words of mine are on their way", () => {
  assert.ok(!mayOffer({ ...room(1), room: { id: "a.3", people: [{}] } }, offer, 0));
  assert.ok(!mayOffer({ room: null, pending: [] }, offer, 0));
  assert.ok(!mayOffer(room(1, [{ key: "k" }]), offer, 0));
});
