/** The shelf: cards with what has helped others, for the topic of the room. What is on it is loaded later. */
import { button, el } from "./dom.js";
import { place } from "./later.js";
import { words } from "./words.js";

/** `site` what the server wrote about its shelf (server/widget.py); `back(screen)` to where one came from. */
export function openShelf({ site, back }) {
  const cards = el("div", { class: "lines" });
  let from;
  const node = el(
    "section",
    { class: "help", hidden: true, "aria-label": words.shelf },
    el("h2", {}, words.shelf),
    cards,
    button(words.back_to_chat, () => back(from), { class: "primary" }),
  );
  return {
    node,
    show(topic, screen) {
      from = screen;
      cards.replaceChildren(place("grounding"), place("shelf", site, topic));
      node.scrollTop = 0;
    },
  };
}
