/** The practice room: the desk itself on people who are not there, and a guide that says what to try. */
import { button, el } from "../widget/dom.js";
import { guide } from "./practise-guide.js";
import { openPractice } from "./practise-wire.js";
import { openWall } from "./wall.js";

const LOOK = 300; // ms between two looks at whether a step is done

/** Nothing of practising is kept: how somebody likes the real desk stays as it is. */
function settings() {
  const held = new Map([["keys", true], ["ring", false], ["langs", ""]]);
  return { get: (id) => held.get(id), set: (id, value) => held.set(id, value) };
}

export function practise(texts, cast, root = document.getElementById("desk")) {
  const line = el("p", { role: "status" });
  const next = button(texts.skip, () => go(at + 1));
  const leave = el("a", { class: "action plain-action", href: "/desk" }, texts.leave);
  const about = el("span", { class: "about-practice" }, texts.about);
  const node = el(
    "aside",
    { class: "practice", "aria-label": texts.practice },
    el("div", { class: "grow" }, el("p", {}, el("strong", {}, texts.practice), " ", about), line),
    el("div", { class: "acts" }, next, button(texts.again, () => location.assign("/desk/practise")), leave),
  );
  const wall = el("div", { class: "practice-wall" });
  root.classList.add("practising");
  root.replaceChildren(node, wall);
  let practice;
  const link = (on) => (practice = openPractice(on, { names: texts.names, cast }));
  const desk = openWall({ root: wall, settings: settings(), link, over: () => location.assign("/desk") });
  const steps = guide(matchMedia("(pointer: coarse)").matches ? texts.touch : texts.steps);
  let at = 0;

  function go(to) {
    at = to;
    node.toggleAttribute("data-begun", at > 0); // then a phone has the words for the step alone
    const step = steps[at];
    next.hidden = !step.done;
    line.textContent = step.done ? texts.step(at + 1, steps.length - 1, step.says) : step.says;
    if (step.brings) practice.happens(step.brings);
  }

  go(0);
  setInterval(() => steps[at].done?.(desk.state(), practice.done) && go(at + 1), LOOK);
}
