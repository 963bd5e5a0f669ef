import { whenHere } from "./focus.js";

const SETTLED = 100; // ms until Orca has noticed that what had the focus is gone; else it says nothing of what has it then

/** One screen at a time; help lies over any of them and gives the place back. */
export function openScreens(views, header, panel) {
  let current = null;
  let helping = false;

  function draw() {
    const shown = helping ? "help" : current;
    panel.dataset.screen = shown;
    for (const [name, view] of Object.entries(views)) view.node.hidden = name !== shown;
  }

  /** Nobody who is somewhere else by then is taken away from there. */
  function later(first) {
    const was = document.activeElement;
    const take = () => [was, document.body].includes(document.activeElement) && first.focus();
    setTimeout(whenHere, SETTLED, take);
  }

  function toggleHelp() {
    helping = !helping;
    draw();
    if (helping) views.help.focus();
    else header.focusHelp();
  }

  return {
    current: () => current,
    toggleHelp,
    /** `first`: what has the focus then, else the title. */
    show(name, first = header) {
      const moved = current ? current !== name : document.hasFocus();
      current = name;
      helping = false;
      draw();
      if (moved) later(first);
    },
    /** True where help was open. */
    closeHelp() {
      if (helping) toggleHelp();
      else return false;
      return true;
    },
  };
}
