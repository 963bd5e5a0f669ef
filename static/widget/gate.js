/**
 * Somebody opens a chat that was left more than a minute ago. It may be another person at the same device, so
 * nothing is shown and nobody is connected until they say who they are.
 */
import { button, el } from "./dom.js";
import { words } from "./words.js";

const AWAY = 60_000; // ms

/** Whether the record of an earlier visit needs the question first; `now` in ms. */
export function needsAsking(memory, now) {
  return Boolean(memory.get("token")) && !(now - memory.get("seen") < AWAY);
}

/** `go(asThem)`: on as the one who was here, or as somebody new. */
export function openGate({ name, go }) {
  const node = el(
    "section",
    { class: "ended", hidden: true, "aria-label": words.launcher },
    el("p", {}, words.gate),
    button(words.continue_as(name || words.gate_earlier), () => go(true), { class: "primary" }),
    button(words.start_new, () => go(false)),
  );
  return { node };
}
