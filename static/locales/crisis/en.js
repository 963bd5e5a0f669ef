/**
 * The words around help, English: what a person reads at the worst moment. Apart from the others, because a
 * language whose words nobody has reviewed shows these instead of its own (widget/words.js).
 */
export default {
  help_alone: "You do not have to get through this alone.",
  help_lead: "You can talk to a trained person now.",
  call: (n) => `Call ${n}`,
  text: (n) => `Text ${n}`,
  website: "Website",
  danger: "If life is in danger now, call",
  danger_local: "If life is in danger now, call your local emergency number.",
  free: "Free",
  checked: (when) => `From a public list, ${when}`,
  unchecked: "We have not checked this line.",
  cannot_send: "We do not know who or where you are. We cannot send help.",
  stay: "You can stay here too.",
  crisis: "It sounds like this is very hard right now.",
  crisis_told: "We are telling a volunteer now.",
  crisis_seen: "A volunteer has seen this.",
  crisis_none: "No volunteer is here right now. The people on the phone line are.",
  help_shown: "Help is shown below.",
  more_help: "More ways to get help",
};
