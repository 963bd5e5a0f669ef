/** My first words have no answer yet: said once, until somebody else writes or I put it away. */
import { el } from "./dom.js";
import { place } from "./later.js";

/** `state()` of the room or undefined, `said(text)`, `more()` opens Get help now. */
export function openUnanswered({ state, said, more }) {
  const node = el("div", { class: "part", hidden: true });
  let shown = null; // the room and its seq when it was said

  function away() {
    shown = null;
    node.hidden = true;
    node.replaceChildren();
  }

  return {
    node,
    show({ room, state: people }) {
      const now = state();
      if (now?.room?.id !== room) return;
      shown = { room, seq: now.seq };
      node.replaceChildren(place("unanswered", { people, said, more, away }));
      node.hidden = false;
    },
    /** Words of another make it untrue; another room is not the one it speaks of. */
    update({ room, me, entries } = {}) {
      const heard = ({ seq, from }) => seq > shown.seq && from && from.id !== me.id;
      if (shown && (room?.id !== shown.room || entries.some(heard))) away();
    },
  };
}
