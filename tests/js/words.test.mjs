import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import sureEn from "../../static/locales/crisis/en.js";
import firstEn from "../../static/locales/en.js";
import firstEs from "../../static/locales/es.js";
import laterEn from "../../static/locales/later/en.js";
import laterEs from "../../static/locales/later/es.js";
import { speak, words } from "../../static/widget/words.js";

const widget = fileURLToPath(new URL("../../static/widget/", import.meta.url));
const en = { ...firstEn, ...laterEn };
const es = { ...firstEs, ...laterEs };
const languages = { en, es };

/** Every string, with the parts filled in by something harmless. */
function strings(value) {
  if (typeof value === "function") return [value(1), value(10)];
  if (typeof value === "string") return [value];
  return value ? Object.values(value).flatMap(strings) : [];
}

/** What a catalogue says: id, or id and id of the part, with the number of blanks where it has some. */
function shape(value, at = "") {
  if (typeof value === "function") return [`${at}(${value.length})`];
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([id, part]) => shape(part, `${at}.${id}`));
}

for (const [lang, catalogue] of Object.entries(languages)) {
  test(`${lang}: no string shouts, blames, or uses a word we never use`, () => {
    const never = {
      en: /\b(commit|failed attempt|addict|junkie|clean|dirty|crazy|victim|it gets better|calm down|violation|banned|content)\b/i,
      es: /\b(adict[oa]s?|yonquis?|limpi[oa]s?|suci[oa]s?|loc[oa]s?|víctimas?|fracasad[oa]s?|cálmate|prohibid[oa]s?|violación)\b/i,
    };
    for (const text of strings(catalogue)) {
      assert.doesNotMatch(text, /[!¡]/);
      assert.doesNotMatch(text, never[lang]);
    }
  });

  test(`${lang}: no sentence is longer than fifteen words`, () => {
    const long = strings(catalogue)
      .flatMap((text) => text.split(/[.?]/))
      .filter((sentence) => sentence.trim().split(/\s+/).length > 15);
    assert.deepEqual(long, []);
  });

  test(`${lang}: nothing is missing and nothing is too much`, () => {
    assert.deepEqual(shape(catalogue).sort(), shape(en).sort());
  });

  test(`${lang}: it says who has read it`, () => {
    assert.ok("reviewed_by" in catalogue);
  });
}

test("Spanish takes no side between men and women when it speaks of the reader", () => {
  for (const text of strings(es)) assert.doesNotMatch(text, /\b(bienvenid[oa]|sol[oa]|segur[oa]|tranquil[oa]s|preparad[oa]s)\b/i);
});

test("words around help that nobody has reviewed are shown in English, unless the site accepts them", () => {
  speak(es, sureEn);
  assert.equal(words.crisis, en.crisis);
  assert.equal(words.send, es.send);
  speak(es, sureEn, ["es"]);
  assert.equal(words.crisis, es.crisis);
  speak({ ...es, reviewed_by: "a reader" }, sureEn);
  assert.equal(words.crisis, es.crisis);
});

test("no word around help names a button whose label may stand in another language", () => {
  for (const text of strings(sureEn)) assert.doesNotMatch(text, /Get help now/);
});

/** The ids that the sources of a folder of the panel name. */
function usedIn(folder) {
  const sources = readdirSync(widget + folder).filter((name) => name.endsWith(".js"));
  const code = sources.map((name) => readFileSync(widget + folder + name, "utf8")).join("\n");
  return new Set([...code.matchAll(/\bwords\.(?!js")([a-z_]+)/g)].map((found) => found[1]));
}

test("a word that is loaded later is not needed at once, and none stands in both catalogues", () => {
  const first = usedIn("");
  assert.deepEqual(Object.keys(laterEn).filter((id) => first.has(id)), []);
  assert.deepEqual(Object.keys(laterEn).filter((id) => id in firstEn), ["reviewed_by"]);
});

test("every string is used, and no string that is used is missing", () => {
  const used = usedIn("");
  for (const id of usedIn("later/")) used.add(id);
  // Looked up by what the server said: outcomes, marks in the log, why something did not go.
  for (const id of ["redact", "redact_care", "mask", "hold", "epoch", "missed", "too_long", "expired"]) used.add(id);
  for (const id of ["reviewed_by", "cards_reviewed_by"]) used.add(id); // read by `speak` and by whoever releases
  assert.deepEqual(Object.keys(en).filter((id) => !used.has(id)), []);
  assert.deepEqual([...used].filter((id) => !(id in en)), []);
});
