import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { LANGS, buildAll } from "../../static/build.mjs";

const root = fileURLToPath(new URL("../../static/", import.meta.url));
const bytes = (path) => readFileSync(resolve(root, `${path}.br`)).length;
const PAGE = 1_024; // the page itself with one country's lines, compressed as it is served (tests/browser/test_pages.py)

test("the loader is at most 2,048 bytes, the open panel 32,768, its later parts 8,192 and the desk 61,440", async () => {
  const out = mkdtempSync(join(tmpdir(), "kindred-"));
  after(() => rmSync(out, { recursive: true }));
  const built = await buildAll(out);
  assert.ok(bytes(built["embed.js"]) <= 2_048, `${bytes(built["embed.js"])}`);
  for (const lang of LANGS) {
    const panel = bytes(built[`widget/main.${lang}.js`]) + bytes(built["widget/widget.css"]) + PAGE;
    assert.ok(panel <= 32_768, `${lang}: ${panel}`);
    const later = bytes(built[`widget/later.${lang}.js`]);
    assert.ok(later <= 8_192, `${lang}, later: ${later}`);
  }
  for (const lang of ["en", "es"]) {
    const desk = bytes(built[`desk/main.${lang}.js`]) + bytes(built["desk/desk.css"]);
    assert.ok(desk <= 61_440, `${lang}, desk: ${desk}`);
    // a page of its own: the whole desk, twenty people and a guide
    const practice = bytes(built[`desk/practise.${lang}.js`]) + bytes(built["desk/desk.css"]);
    assert.ok(practice <= 61_440, `practice: ${practice}`);
  }
});
