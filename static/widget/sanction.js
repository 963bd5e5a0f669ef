/** A limit set on me, in words: how long, and why. A person who is paused always knows it. */
import { words } from "./words.js";

/** `sanction` as the server sends it; `now` in ms. What the site says of a reason comes before what we say. */
export function sanctionText({ kind, until, reason, why: said }, now) {
  const why = said || words.why[reason] ? ` ${said || words.why[reason]}` : ""; // of "other" we say nothing
  if (kind === "mute") return words.muted(Math.max(1, Math.ceil((until - now) / 60_000))) + why;
  if (kind === "warn") return words.warned + why;
  return (kind === "kick" ? words.errors.forbidden : words.errors.banned) + why;
}

/** Why somebody may not come in, as the refusal of CONNECT says it. */
export function refusedText(refusal) {
  if (refusal.code === "banned") return sanctionText(refusal);
  return words.errors[refusal.code] || words.failed;
}
