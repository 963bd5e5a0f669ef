import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../static/locales/en.js";

/** Every string, with the parts filled in by something harmless. */
function strings(value) {
  if (typeof value === "function") return [value(10)];
  if (typeof value === "string") return [value];
  return Object.values(value).flatMap(strings);
}

test("no string shouts, blames, or uses a word we never use", () => {
  const never = /!|\b(commit|failed attempt|addict|junkie|clean|dirty|crazy|victim|it gets better|calm down|violation|banned|content)\b/i;
  for (const text of strings(en)) assert.doesNotMatch(text, never);
});

test("no sentence is longer than fifteen words", () => {
  const long = strings(en)
    .flatMap((text) => text.split(/[.?]/))
    .filter((sentence) => sentence.trim().split(/\s+/).length > 15);
  assert.deepEqual(long, []);
});
