import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import firstEn from "../../static/locales/en.js";
import laterEn from "../../static/locales/later/en.js";

const root = fileURLToPath(new URL("../../static/", import.meta.url));
const read = (path) => readFileSync(root + path, "utf8");
const folder = (path) => readdirSync(root + path).filter((name) => name.endsWith(".js")).map((name) => read(`${path}/${name}`));
/** All that runs or is drawn in a clinic's page or in the frame. */
const scripts = [read("embed.js"), ...["widget", "widget/later", "shared"].flatMap(folder)].join("\n");
const styles = ["shared/tokens.css", "shared/base.css", "widget/widget.css"].map(read).join("\n");

test("nothing is kept, played or asked for that was not promised: one session key, no sound, no permission", () => {
  assert.doesNotMatch(scripts, /localStorage|indexedDB|document\.cookie|serviceWorker|caches\.|Notification|new Audio|AudioContext|navigator\.(geolocation|mediaDevices|clipboard|sendBeacon)/);
  assert.equal([...scripts.matchAll(/\.setItem\(/g)].length, 1);
});

test("text is only ever set as text", () => {
  assert.doesNotMatch(scripts, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

test("the frame listens to nothing that the page around it says", () => {
  assert.doesNotMatch(scripts.replace(read("embed.js"), ""), /addEventListener\("message"|onmessage/);
});

test("no file is asked of anybody else: no font, no picture, no address in a style", () => {
  assert.doesNotMatch(styles, /@font-face|url\(|https?:/);
  assert.doesNotMatch(scripts, /createElement\("img"\)|el\("(img|picture|video|audio|object|embed)"/);
});

test("a side is where one begins or ends to read, so that the panel can be mirrored", () => {
  const sided = /(margin|padding|border)-(left|right)|[^-]\b(left|right):|text-align: (left|right)|border-(top|bottom)-(left|right)-radius/g;
  assert.deepEqual([...read("widget/widget.css").matchAll(sided)].map(([found]) => found), []);
});

test("a phone's keyboard may take room from the panel, and nobody is kept from looking closer", () => {
  const [, viewport] = read("widget/page.html").match(/name="viewport" content="([^"]+)"/);
  assert.match(viewport, /interactive-widget=resizes-content/);
  assert.doesNotMatch(viewport, /maximum-scale|user-scalable/);
});

test("a mark of a person is white on a dark hue, 8.1 to 1 at least, and has no name", () => {
  const light = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const hues = [...styles.matchAll(/\.hue-\d \{ fill: #(\w{6})/g)].map(([, hex]) => hex);
  assert.equal(hues.length, 8);
  for (const hex of hues) {
    const [r, g, b] = [0, 2, 4].map((at) => light(parseInt(hex.slice(at, at + 2), 16) / 255));
    assert.ok(1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 8.1, hex);
  }
  assert.match(read("widget/avatar.js"), /"aria-hidden": "true"/);
});

test("no word says that closing the tab clears anything, for a browser can open it again", () => {
  const said = JSON.stringify({ ...firstEn, ...laterEn }, (_, value) => (typeof value === "function" ? value(2) : value));
  assert.doesNotMatch(said, /clos\w* (the|this|your) (tab|window|page|browser)/i);
});
