/**
 * Reads new messages of others to a screen reader: one in two seconds whole, more as a count.
 *
 * The log itself is not live: loaded history and my own words would be read out, and a busy room
 * would never stop talking. What is read stands in a label, so that no words are in the page twice.
 */
import { el } from "./dom.js";
import { shown, words } from "./words.js";

const BREATH = 2_000;

export function openAnnouncer() {
  const node = el("div", { class: "sr-only", "aria-live": "polite" });
  const put = (text) => node.replaceChildren(el("span", { role: "img", "aria-label": text }));
  let waiting = [];
  let timer = null;

  function speak() {
    timer = null;
    if (waiting.length) {
      put(waiting.length === 1 ? waiting[0] : words.jump(waiting.length));
      waiting = [];
      timer = setTimeout(speak, BREATH);
    }
  }

  return {
    node,
    /** A line about my own words, at once. */
    say: put,
    /** Veiled words are not read before they were opened. */
    message({ from, text, veil }) {
      waiting.push(veil?.length ? words.veil(from.name) : `${from.name}: ${shown(text)}`);
      if (!timer) speak();
    },
  };
}
