/** An offer: in another room of the topic there is more talk. Nobody is moved who did not say so. */
import { button, el } from "../dom.js";
import { words } from "./words.js";

/** `people` over there; `go()`, `stay()`; `said(text)` for who cannot see the card. */
export function livelier({ people, go, stay, said }) {
  const text = words.livelier(people);
  said(text);
  return el(
    "section",
    { class: "care", "aria-labelledby": "livelier" },
    el("h2", { id: "livelier" }, words.livelier_title),
    el("p", {}, text),
    el("div", { class: "acts" }, button(words.go_there, go), button(words.stay_here, stay)),
  );
}
