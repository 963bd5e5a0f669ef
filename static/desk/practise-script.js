/**
 * Who is in the practice rooms, when something happens there, and what waits at the desk then. What they say is in
 * `practise-cast.<lang>.js`: `[who, words]` a line; the order within a room is fixed, the gaps come from a seed.
 */

/** Twenty people. `who` -> `[pseudonym, room]`; pseudonyms are drawn in English wherever the desk speaks another language. */
export const PEOPLE = {
  otter: ["Gentle Otter", "recovery.1"],
  maple: ["Quiet Maple", "recovery.1"],
  wren: ["Early Wren", "recovery.1"],
  stone: ["Warm Stone", "recovery.1"],
  birch: ["Patient Birch", "recovery.1"],
  tide: ["Even Tide", "recovery.1"],
  heron: ["Calm Heron", "minds.1"],
  cedar: ["Soft Cedar", "minds.1"],
  lark: ["Small Lark", "minds.1"],
  willow: ["Kind Willow", "minds.1"],
  pebble: ["Round Pebble", "minds.1"],
  moss: ["Green Moss", "minds.1"],
  brook: ["Clear Brook", "changes.1"],
  finch: ["Honest Finch", "changes.1"],
  acorn: ["Steady Acorn", "changes.1"],
  lantern: ["Evening Lantern", "changes.1"],
  meadow: ["Open Meadow", "changes.1"],
  fern: ["New Fern", "recovery.1"], // comes for the first time
  kestrel: ["Quick Kestrel", "changes.1"], // wants to hurt
  ember: ["Pale Ember", "recovery.1"], // wants to sell
};

/** Who is there only once their scene begins. */
export const LATER = ["fern", "kestrel", "ember"];

/**
 * What a step of the guide brings: the case that then waits in the queue, `of` the person, about their last line, or the
 * `first`, or about what is held. `labels` as the service would name them.
 */
export const SCENES = {
  newcomer: { kind: "unanswered", of: "fern", labels: [] },
  troll: { kind: "report", of: "kestrel", labels: ["harassment"], reports: 2 },
  held: { kind: "held", of: "moss", labels: ["grooming"] },
  dealer: { kind: "report", of: "ember", labels: ["sourcing"], reports: 1 },
  crisis: { kind: "crisis", of: "cedar", labels: ["crisis"], first: true },
};

/** A number from 0 to 1, and the next, the same for the same seed (mulberry32). */
export function chances(seed) {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The talk of a cast with its times: `[{at, room, who, text}, …]`, ms from the beginning; 8 to 22 s between two lines of a room. */
export function timeline(seed, talk) {
  const chance = chances(seed);
  const lines = Object.entries(talk).flatMap(([room, said]) => {
    let at = 0;
    return said.map(([who, text]) => ({ at: (at += Math.round(8_000 + 14_000 * chance())), room, who, text }));
  });
  return lines.sort((one, other) => one.at - other.at);
}
