/** What a person who is limited is told: how long and why, never what nobody said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import en from "../../static/locales/en.js";
import es from "../../static/locales/es.js";
import { refusedText, sanctionText } from "../../static/widget/sanction.js";
import { speak, words } from "../../static/widget/words.js";

for (const catalogue of [en, es])
  test(`who is kept out reads at the door why (${catalogue.lang})`, () => {
    speak(catalogue);
    const refusal = { code: "banned", until: 1, reason: "danger" };
    assert.equal(refusedText(refusal), `${words.errors.banned} ${words.why.danger}`);
    assert.equal(refusedText({ ...refusal, reason: "other" }), words.errors.banned);
    assert.equal(refusedText({ code: "origin_not_allowed" }), words.errors.origin_not_allowed || words.failed);
  });

test("a pause is told in whole minutes, at least one, and the site's own words come before ours", () => {
  speak(en);
  const pause = { kind: "mute", until: 90_000, reason: "spam" };
  assert.equal(sanctionText(pause, 0), `${words.muted(2)} ${words.why.spam}`);
  assert.equal(sanctionText({ ...pause, why: "Why: adverts." }, 89_999), `${words.muted(1)} Why: adverts.`);
});
