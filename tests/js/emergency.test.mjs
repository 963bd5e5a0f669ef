import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { emergency } from "../../static/shared/emergency.js";

test("the page's emergency numbers are the server's, region by region", () => {
  const path = new URL("../../server/data/emergency-numbers.json", import.meta.url);
  const numbers = JSON.parse(readFileSync(path, "utf8")).emergency;
  const served = Object.fromEntries(Object.entries(numbers).map(([region, { show }]) => [region, show]));
  assert.deepEqual(Object.fromEntries([...emergency].sort()), served);
});
