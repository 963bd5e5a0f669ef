/** A greeter is asked to answer somebody's first words. It stands until the room is opened or it is put away. */
import { button, el } from "../widget/dom.js";
import { words } from "./words.js";

/** `open({community, room, site})`: whoever was asked goes there. */
export function openAsked({ open }) {
  const node = el("div", { class: "bar-line care", role: "status", hidden: true });

  function away() {
    node.hidden = true;
    node.replaceChildren();
  }

  return {
    node,
    /** `item` of an `alert`: `name`, `room`, and `second` where somebody has answered already. */
    ask({ name, community, room, site, second }) {
      const go = () => (away(), open({ community, room, site }));
      const text = second ? words.greet_again(name) : words.greet(name);
      node.replaceChildren(el("p", {}, text), el("div", { class: "acts" }, button(words.open_room, go), button(words.close, away)));
      node.hidden = false;
    },
  };
}
