/**
 * Two cards that steady the body: slow breathing, and five senses. They are words alone, in the page, so they
 * work without a connection; nothing moves, and who wants to stop just stops.
 */
import { button, el } from "../dom.js";
import { words } from "./words.js";

const BREATH = [4, 2, 6]; // seconds in, still, out: the longer way out is what calms

export function grounding() {
  return el("div", { class: "lines" }, el("h3", {}, words.grounding), breathing(), senses());
}

function card(title, ...rest) {
  return el("details", { class: "line" }, el("summary", {}, title), ...rest);
}

function breathing() {
  const line = el("p", { class: "cue" }, words.breath_about);
  const go = button(words.start, () => (timer ? stop() : step(0)));
  let timer = null;

  function step(n) {
    line.textContent = words.breath[n % BREATH.length](BREATH[n % BREATH.length]);
    go.textContent = words.stop;
    timer = setTimeout(step, BREATH[n % BREATH.length] * 1000, n + 1);
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    line.textContent = words.breath_about;
    go.textContent = words.start;
  }

  const node = card(words.breathing, line, go);
  node.addEventListener("toggle", () => node.open || stop());
  return node;
}

function senses() {
  return card(words.senses, el("ol", { class: "rules" }, ...words.sense.map((line) => el("li", {}, line))));
}
