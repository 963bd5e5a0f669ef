/** English, for the practice room. */
export default {
  practice: "Practice",
  about: "Everybody here is simulated. Nothing leaves this page.",
  skip: "Skip step",
  again: "Again",
  leave: "Leave",
  step: (n, of, says) => `${n} of ${of}: ${says}`,
  names: { me: "You", colleague: "Robin (simulated)", simulated: "Simulated" },
  steps: {
    duty: "Press “Go on duty”. Only now are visitors told that a person is here.",
    read: "Press j to go down to a room, then Enter. Or tap one. Read along for a bit.",
    newcomer: "Somebody new wrote, and nobody answered. Press n, then a. Write a kind line, and Enter.",
    troll: "Two people reported somebody. Press n and read. Then m, and 1 for “hurts others”. They are paused.",
    end: "u would take it back, for ten seconds. Now press d: the report is done.",
    held: "Words are held until you look. Press n, then o to read. f shares them, d does not.",
    dealer: "Somebody offers something. Press n, then r: the words are out. M and 3 pauses. Then d.",
    crisis: "Somebody needs a person. Press n, then o to read. Press w and write to them alone. Short and warm is enough.",
    answer: "They answer beside their name. Write again if you like. When it is time, press d on their case.",
    hand_over: "Your shift ends. Press “Hand over”. It is written for you; add a line, and press “Hand it over”.",
    over: "That is the desk. e asks a colleague, ? shows the keys. Stay as long as you like.",
  },
};
