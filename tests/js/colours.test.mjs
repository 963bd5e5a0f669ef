import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../static/shared/tokens.css", import.meta.url), "utf8");
const block = (selector) => {
  const start = css.indexOf(`${selector} {`);
  assert.notEqual(start, -1, selector);
  const body = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
};
const light = block(":root");
const dark = block(':root[data-theme="dark"]');

/** WCAG 2.2 relative luminance and contrast. */
function contrast(one, other) {
  const luminance = (hex) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const pairs = [
  ...["paper", "surface", "peer", "mine"].flatMap((back) => [["ink", back, 7], ["ink2", back, 4.5], ["link", back, 4.5]]),
  ["line", "paper", 3],
  ["line", "surface", 3],
  ["on-brand", "brand", 7],
  ["focus", "paper", 3],
  ["focus", "surface", 3],
  ["care-ink", "care", 7],
];

for (const [name, theme] of Object.entries({ light, dark })) {
  test(`every text and control of the ${name} theme has its contrast`, () => {
    for (const [front, back, least] of pairs) {
      const found = contrast(theme[front], theme[back]);
      assert.ok(found >= least, `${front} on ${back}: ${found.toFixed(2)} < ${least}`);
    }
  });
}

test("the dark colours by choice and by the system's wish are the same", () => {
  assert.deepEqual(block(':root:not([data-theme="light"])'), dark);
});
