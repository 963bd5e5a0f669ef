/** Nobody has answered somebody's first words yet: kindly, and with the truth about people. */
import { button, el } from "../dom.js";
import { words } from "./words.js";

/** `people`: `told`, `seen` or `none` (PROTOCOL section 4); `said(text)` for who cannot see the card. */
export function unanswered({ people, said, more, away }) {
  const text = `${words.unanswered_lead} ${words.unanswered_people[people] || ""}`;
  said(text);
  return el(
    "section",
    { class: "care", "aria-labelledby": "unanswered" },
    el("h2", { id: "unanswered" }, words.unanswered_title),
    el("p", {}, text),
    el("div", { class: "acts" }, button(words.more_help, more), button(words.close, away)),
  );
}
