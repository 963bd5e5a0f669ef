/** What to try, one after the other: `says`, what it `brings`, and when it is `done(state, asked)`. The last one has no end. */

/** `steps`: the words, for keys or for a thumb. */
export function guide(steps) {
  const ofPerson = (state, who) => state.queue.some((item) => item.visitor === who && item.kind !== "call");
  const acted = (asked, ...acts) => acts.some((one) => asked.has(`act:${one}`));
  return [
    { says: steps.duty, done: (state) => state.duty },
    { says: steps.read, done: (state) => Boolean(state.opened?.startsWith("room:")) },
    { says: steps.newcomer, brings: "newcomer", done: (state) => !ofPerson(state, "fern") },
    { says: steps.troll, brings: "troll", done: (state, asked) => acted(asked, "mute", "kick", "ban", "warn") },
    { says: steps.end, done: (state) => !ofPerson(state, "kestrel") },
    { says: steps.held, brings: "held", done: (state) => !ofPerson(state, "moss") },
    { says: steps.dealer, brings: "dealer", done: (state, asked) => acted(asked, "retract") && !ofPerson(state, "ember") },
    { says: steps.crisis, brings: "crisis", done: (state, asked) => acted(asked, "whisper") },
    { says: steps.answer, done: (state) => !ofPerson(state, "cedar") },
    { says: steps.hand_over, done: (state, asked) => asked.has("hand_over") },
    { says: steps.over },
  ];
}
