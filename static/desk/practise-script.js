/**
 * Who is in the practice rooms and what they say. Nobody here is real, and no line was said by anybody: we wrote them.
 * A line is `[who, words]`; the order within a room is fixed, the gaps come from a seed.
 */

/** Twenty people. `who` -> `[pseudonym, room]`. */
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

export const ROOMS = { "recovery.1": "Addiction and recovery", "minds.1": "Mental health", "changes.1": "Life changes" };

/** Said before one came. */
export const BEFORE = {
  "recovery.1": [
    ["otter", "Day 12. Evenings are the hard part."],
    ["maple", "Evenings were mine too. I go for a walk at the time I used to drink."],
    ["wren", "I relapsed last month and came back. Nobody here made me feel small for it."],
    ["otter", "That helps to hear. Thank you."],
  ],
  "minds.1": [
    ["heron", "Slept three hours again. Everything is far away today."],
    ["lark", "Some days I only count getting dressed, and that is enough."],
    ["heron", "Getting dressed. I can do that one."],
    ["willow", "It counts. Good that you are here."],
  ],
  "changes.1": [
    ["brook", "The flat is so quiet since the move."],
    ["finch", "First week after my divorce I kept the radio on all day, just for the voices."],
    ["acorn", "I still set the table for two sometimes. It gets softer."],
  ],
};

/** Said while one is there. */
export const TALK = {
  "recovery.1": [
    ["stone", "Six months tomorrow. I have told nobody yet."],
    ["maple", "You have told us. Six months is a lot of evenings."],
    ["stone", "I did not think of it like that."],
    ["birch", "My brother still drinks. I love him and I cannot be near it right now."],
    ["wren", "You can love him from the next street for a while."],
    ["birch", "From the next street. I like that."],
    ["tide", "Does the shaking in the morning go away?"],
    ["maple", "It did for me. A doctor helped. Stopping all at once can be risky, so please ask one."],
    ["tide", "I will call mine on Monday. I keep putting it off."],
    ["otter", "I will be here on Monday evening. Tell us how it went."],
    ["stone", "What do you say when people ask why you do not drink?"],
    ["wren", "I say I am driving. Even when I came by bus."],
    ["birch", "I am driving a bus, then."],
    ["otter", "I laughed. First time today."],
    ["tide", "I wrote the number on my hand so that I do not forget."],
    ["maple", "That is a good place for it."],
    ["stone", "I might tell my sister tomorrow. About the six months."],
    ["otter", "How do you think she will take it?"],
    ["stone", "She will cry. The good kind."],
    ["birch", "Day 12 and six months in one room. I take that home with me."],
  ],
  "minds.1": [
    ["pebble", "My chest gets tight in the supermarket. I left my basket there again."],
    ["lark", "I did that for a year. The staff knew me as the basket person."],
    ["pebble", "Did it stop?"],
    ["lark", "It got rarer. I went at eight, when it is empty. And I named five things I could see."],
    ["willow", "Five things works for me on the tram."],
    ["moss", "My therapist is away for three weeks. I feel silly for missing her."],
    ["heron", "Not silly. Somebody who listens is a big thing to be without."],
    ["moss", "Thank you. I will come here on Tuesdays instead."],
    ["willow", "Then we have a Tuesday."],
    ["heron", "I got dressed, by the way."],
    ["lark", "Look at you."],
    ["pebble", "I think I will try eight in the morning."],
    ["moss", "What do you do with the thoughts at night?"],
    ["willow", "I write them on paper and close the drawer. Some stay in there."],
    ["heron", "Mine open drawers. But I will try."],
    ["moss", "Mine too. Still, paper sounds better than the ceiling."],
    ["lark", "The ceiling has heard enough from me."],
    ["pebble", "I am glad I wrote today."],
  ],
  "changes.1": [
    ["lantern", "I retired in May. I wake at five and there is nowhere to be."],
    ["meadow", "My father did too. He walked the neighbour's dog until it was his dog as well."],
    ["lantern", "There is a dog next door. It does look at me."],
    ["brook", "I put the radio on. It was a programme about trains. I listened to all of it."],
    ["finch", "That is how it starts. I know a lot about bees now."],
    ["acorn", "My daughter asked who sits on the other chair. I said the chair rests."],
    ["meadow", "That is a kind answer."],
    ["finch", "New town, new job, and I eat lunch in my car. Five weeks of that."],
    ["brook", "I ate mine on the stairs. One day somebody sat down two steps below."],
    ["finch", "Stairs. I could try the stairs."],
    ["lantern", "I asked about the dog. His name is Admiral. We walk on Thursday."],
    ["meadow", "Admiral! I want to hear about Thursday."],
    ["acorn", "Today I set the table for one, on purpose. It was all right."],
    ["brook", "All right is a good word for it."],
    ["finch", "I wish you all an all right evening."],
    ["meadow", "The same to you. See you on the stairs."],
  ],
};

/**
 * What a step of the guide brings. `says` are lines; `case` is what then waits in the queue: `of` the person, about
 * the last line unless `held`. `labels` and `rule` as the service would name them.
 */
export const SCENES = {
  newcomer: { says: [["fern", "Hi. First time here. I do not really know what to write."]], case: { kind: "unanswered", of: "fern", labels: [] } },
  troll: {
    says: [["kestrel", "You all just sit here and moan."], ["kestrel", "Poor you, all of you. Same sad stories every night. Boring."]],
    case: { kind: "report", of: "kestrel", labels: ["harassment"], reports: 2 },
  },
  held: { says: [], case: { kind: "held", of: "moss", labels: ["grooming"], held: "Can you send me a picture of you", rule: "grooming.pictures" } },
  dealer: {
    says: [["ember", "If the nights get bad I can help you out. I have something that works, ask me."]],
    case: { kind: "report", of: "ember", labels: ["sourcing"], reports: 1 },
  },
  crisis: {
    says: [["cedar", "I have not said much. I do not want to be alive any more."], ["willow", "I am here, Cedar. Stay with us a little."]],
    case: { kind: "crisis", of: "cedar", labels: ["crisis"], first: true, rule: "crisis.no_life" },
  },
};

/** What people answer to a private word, one after the other. */
export const ANSWERS = {
  cedar: ["you really wrote. i thought nobody reads this", "i am at home. my sister is in the next room", "ok. i will knock at her door now. thank you"],
  fern: ["oh, thank you. i was not sure anybody would see it"],
  kestrel: ["whatever. it was a bad day"],
};
export const ANSWER = "Thank you for writing to me.";

/** Answers that lie ready. People here speak English, and so do these. */
export const PREPARED = ["Thank you for telling us. That is not easy.", "Would you like to say more? Take the time you need.", "Are you safe right now?"];

/** What people answer when one writes in their room, once each. */
export const REPLIES = { "recovery.1": ["fern", "Thank you. I stopped drinking on Sunday and told nobody yet."], "minds.1": ["willow", "Good that somebody is here."], "changes.1": ["brook", "Thank you for looking after the room."] };

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

/** TALK with its times: `[{at, room, who, text}, …]`, ms from the beginning; 8 to 22 s between two lines of a room. */
export function timeline(seed) {
  const chance = chances(seed);
  const lines = Object.entries(TALK).flatMap(([room, said]) => {
    let at = 0;
    return said.map(([who, text]) => ({ at: (at += Math.round(8_000 + 14_000 * chance())), room, who, text }));
  });
  return lines.sort((one, other) => one.at - other.at);
}
