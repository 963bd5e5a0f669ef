/** One screen at a time; help lies over any of them and gives the place back. */
export function openScreens(views, header, panel) {
  let current = null;
  let helping = false;

  function draw() {
    const shown = helping ? "help" : current;
    panel.dataset.screen = shown;
    for (const [name, view] of Object.entries(views)) view.node.hidden = name !== shown;
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
    show(name) {
      const moved = current && current !== name;
      current = name;
      helping = false;
      draw();
      if (moved) header.focus();
    },
    /** True where help was open. */
    closeHelp() {
      if (helping) toggleHelp();
      else return false;
      return true;
    },
  };
}
