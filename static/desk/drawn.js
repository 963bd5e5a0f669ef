/** Nodes that are drawn again only where their facts changed, so that focus and reading place stay. */
import { keep } from "../widget/dom.js";

/** `draw(parent, [[id, facts, make], …])`: `parent` holds exactly these, in order. */
export function openDrawn() {
  let known = new Map();
  return function draw(parent, wanted) {
    const next = new Map();
    let focus = null;
    for (const [id, facts, make] of wanted) {
      const old = known.get(id);
      if (old && old.facts.length === facts.length && facts.every((fact, n) => fact === old.facts[n])) {
        next.set(id, old);
        continue;
      }
      const node = make();
      if (old?.node.contains(document.activeElement)) focus = same(old.node, node);
      next.set(id, { facts, node });
    }
    known = next;
    keep(parent, [...next.values()].map((one) => one.node));
    focus?.focus({ preventScroll: true });
  };
}

/** In the new node the control that had the keyboard in the old one. */
function same(old, node) {
  if (document.activeElement === old) return node;
  const act = document.activeElement.dataset.act;
  return (act && node.querySelector(`[data-act="${act}"]`)) || node;
}
