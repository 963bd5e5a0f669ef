/**
 * On a device that others use: ten minutes without a sign of life, then a minute's warning, then all is gone.
 * Any key or touch is a sign of life, and the warning has a button besides (WCAG 2.2.1).
 */
import { button, el } from "./dom.js";
import { words } from "./words.js";

const QUIET = 10 * 60_000; // ms
const WARNING = 60_000;

/** `on.over()` after the warning; `watch(yes)` begins or stops. */
export function openIdle({ on }) {
  const node = el("section", { class: "care", "aria-labelledby": "idle", hidden: true });
  let timer = null;

  function watch(yes) {
    const listen = yes ? "addEventListener" : "removeEventListener";
    for (const sign of ["keydown", "pointerdown", "input"]) document[listen](sign, alive);
    if (yes) alive();
    else clearTimeout(timer);
  }

  function alive() {
    node.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(warn, QUIET);
  }

  function warn() {
    node.replaceChildren(
      el("h2", { id: "idle" }, words.idle),
      el("p", { role: "status" }, words.idle_soon),
      button(words.idle_here, alive, { class: "primary" }),
    );
    node.hidden = false;
    timer = setTimeout(() => {
      node.hidden = true;
      on.over();
    }, WARNING);
  }

  return { node, watch };
}
