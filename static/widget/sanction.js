/** A limit set on me, in words: how long, and why. A person who is paused always knows it. */
import { words } from "./words.js";

/** `sanction` as the server sends it; `now` in ms. */
export function sanctionText({ kind, until, reason }, now) {
  const why = words.why[reason] ? ` ${words.why[reason]}` : ""; // "other" says nothing that would help
  if (kind === "mute") return words.muted(Math.max(1, Math.ceil((until - now) / 60_000))) + why;
  if (kind === "warn") return words.warned + why;
  return (kind === "kick" ? words.errors.forbidden : words.errors.banned) + why;
}
