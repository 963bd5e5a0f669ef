import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeContact } from "../../static/shared/contact.js";

test("numbers, addresses and links are noticed before they are sent", () => {
  for (const text of ["call me on 555 0134 2288", "+34 612-345-678", "(555) 013-4228", "otter@mail.example",
    "https://example.org", "look at www.example", "my page otter.com"]) assert.ok(looksLikeContact(text), text);
});

test("words, crisis numbers, dates and amounts are not", () => {
  for (const text of ["I called 988 and then 911", "Clean since 2024-03-01", "On 12/24/2025 it was 40 days", "at 10:30, 2 of 3",
    "I owe 12000", "Well...me too", "I was sober 1,000 days"]) assert.ok(!looksLikeContact(text), text);
});

test("a long text without an end takes no longer than a glance", () => {
  const begun = process.cpuUsage(); // a busy machine is no fault of the words
  for (const text of ["1 ".repeat(1000), "a@".repeat(1000), "a-".repeat(1000), "1/".repeat(1000)]) looksLikeContact(text);
  assert.ok(process.cpuUsage(begun).user < 250_000);
});
