import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { buildAll } from "../../static/build.mjs";

const bytes = (path) => readFileSync(new URL(`../../static/${path}.br`, import.meta.url)).length;
const PAGE = 3_072; // the page itself with one country's lines; measured where a server renders it

test("the loader is at most 2,048 bytes and the open panel at most 32,768", async () => {
  const built = await buildAll();
  assert.ok(bytes(built["embed.js"]) <= 2_048, `${bytes(built["embed.js"])}`);
  const panel = bytes(built["widget/main.js"]) + bytes(built["widget/widget.css"]) + PAGE;
  assert.ok(panel <= 32_768, `${panel}`);
});
