import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const lock = JSON.parse(read("package-lock.json"));

test("the vendored client is the locked package's own file, with its licence", () => {
  assert.equal(read("static/vendor/socket.io.esm.min.js"), read("node_modules/socket.io-client/dist/socket.io.esm.min.js"));
  assert.equal(read("static/vendor/socket.io.LICENSE.txt"), read("node_modules/socket.io-client/LICENSE"));
});

test("the vendored QR code writer is the locked package's own file, with its licence", () => {
  assert.equal(read("static/vendor/lean-qr.js"), read("node_modules/lean-qr/nano.mjs"));
  assert.equal(read("static/vendor/lean-qr.LICENSE.txt"), read("node_modules/lean-qr/LICENSE"));
});

test("the lock names no place to fetch from and only one socket.io-parser, 4.2.7 or newer", () => {
  const parsers = Object.entries(lock.packages).filter(([path]) => path.endsWith("socket.io-parser"));
  assert.deepEqual(parsers.map(([, { version }]) => version), ["4.2.7"]);
  assert.ok(Object.values(lock.packages).every((one) => !one.resolved));
});
