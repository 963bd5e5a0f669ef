/** Where the offer of a livelier room stands, and when it goes away again. */
import { mayOffer } from "../shared/livelier.js";
import { el } from "./dom.js";
import { place } from "./later.js";

/** `state()` of the room or undefined, `go(other)`, `said(text)`. */
export function openLivelier({ state, go, said }) {
  const node = el("div", { class: "part", hidden: true });
  const stayed = new Set(); // rooms that somebody chose to stay in are asked about no more
  let shown = null;
  let seq;
  let heardAt = 0;

  function clear() {
    shown = null;
    node.hidden = true;
    node.replaceChildren();
  }

  function answer(then, offer) {
    clear();
    stayed.add(offer.room);
    then?.(offer.other);
  }

  return {
    node,
    show(offer) {
      if (shown || stayed.has(offer.room) || !state() || !mayOffer(state(), offer, Date.now() - heardAt)) return;
      shown = offer;
      const { people } = offer;
      node.replaceChildren(place("livelier", { people, said, go: () => answer(go, offer), stay: () => answer(null, offer) }));
      node.hidden = false;
    },
    /** The room as it is now. Another room, or words of mine on their way, take the offer back. */
    update({ seq: now, room, pending } = {}) {
      if (now !== seq) heardAt = Date.now();
      seq = now;
      if (shown && (room?.id !== shown.room || pending.length)) clear();
    },
  };
}
