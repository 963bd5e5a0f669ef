/**
 * Reads new messages of others to a screen reader: one in two seconds whole, more as a count.
 *
 * The log itself is not live: loaded history and my own words would be read out, and a busy room
 * would never stop talking. What is read out stands here as text, because Orca reads no label in a live
 * region, each line beside the last, because one that is replaced at once is read by nobody, and for some
 * seconds only, because whoever walks the page would meet it twice.
 */
import { el } from "./dom.js";
import { shown, words } from "./words.js";

const BREATH = 2_000;
const LASTS = 5_000;

/** `wanted()`: `all` is read, or only the `count` of them, or it is `off`. What is said of my own words always is. */
export function openAnnouncer(wanted) {
  const node = el("div", { class: "sr-only", "aria-live": "polite" });
  let waiting = [];
  let timer = null;

  function put(text) {
    const line = el("p", {}, text);
    node.append(line);
    setTimeout(() => line.remove(), LASTS);
  }

  function speak() {
    timer = null;
    if (waiting.length) {
      put(waiting.length > 1 || wanted() === "count" ? words.jump(waiting.length) : waiting[0]);
      waiting = [];
      timer = setTimeout(speak, BREATH);
    }
  }

  return {
    node,
    /** A line about my own words, at once. */
    say: put,
    /** The chat is over: the next person at this screen hears nothing of it. */
    clear() {
      waiting = [];
      node.replaceChildren();
    },
    /** Veiled words are not read before they were opened. */
    message({ from, text, veil }) {
      if (wanted() === "off") return;
      waiting.push(veil?.length ? words.veil(from.name) : `${from.name}: ${shown(text)}`);
      if (!timer) speak();
    },
  };
}
