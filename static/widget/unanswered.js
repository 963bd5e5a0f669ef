/** My first words have no answer yet: said once, until somebody else writes or I put it away. */
import { el } from "./dom.js";
import { place } from "./later.js";

/**
 * `state()` of the room or undefined, `said(text)`, `more()` opens Get help now. The server tells it again to who
 * comes back: what was put away stays so.
 */
export function openUnanswered({ state, memory, said, more }) {
  const node = el("div", { class: "part", hidden: true });
  let shown = null; // the room and its seq when it was said

  function away() {
    shown = null;
    node.hidden = true;
    node.replaceChildren();
  }

  return {
    node,
    show({ room, id, state: people }) {
      const now = state();
      if (now?.room?.id !== room || memory.seen("read", id) || shown?.people === people) return;
      shown = { room, seq: now.seq, people };
      const close = () => (memory.see("read", id), away());
      node.replaceChildren(place("unanswered", { people, said, more, away: close }));
      node.hidden = false;
    },
    /** Words of another make it untrue; another room is not the one it speaks of. */
    update({ room, me, entries } = {}) {
      const heard = ({ seq, from }) => seq > shown.seq && from && from.id !== me.id;
      if (shown && (room?.id !== shown.room || entries.some(heard))) away();
    },
  };
}
