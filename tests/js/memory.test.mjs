import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemory } from "../../static/widget/memory.js";

function storage() {
  const items = new Map();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}

test("everything lives under one key and comes back after a reload", () => {
  const store = storage();
  openMemory("demo", store).set("token", "t");
  assert.deepEqual([...store.items.keys()], ["kindred"]);
  assert.equal(openMemory("demo", store).get("token"), "t");
});

test("another site's chat never sees the token", () => {
  const store = storage();
  openMemory("demo", store).set("token", "t");
  assert.equal(openMemory("clinic", store).get("token"), undefined);
});

test("wiping leaves nothing", () => {
  const store = storage();
  const memory = openMemory("demo", store);
  memory.set("token", "t");
  memory.wipe();
  memory.set("draft", "late");
  assert.equal(store.items.size, 0);
  assert.equal(memory.get("token"), undefined);
});

test("blocked storage is no storage, and the record lives on in memory", () => {
  const memory = openMemory("demo", null);
  memory.set("token", "t");
  assert.equal(memory.get("token"), "t");
});

test("storage that is taken away while we run is let go", () => {
  const broken = { ...storage(), setItem: () => { throw new Error("quota"); } };
  const memory = openMemory("demo", broken);
  memory.set("token", "t");
  assert.equal(memory.get("token"), "t");
});
