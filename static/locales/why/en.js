/** Why somebody was paused, in English: ours, until a lead of their site words it. "other" says nothing that would help. */
export default {
  harassment: "Why: words that hurt someone.",
  hate: "Why: words against a group of people.",
  sourcing: "Why: buying or selling drugs.",
  contact: "Why: asking to meet or call.",
  spam: "Why: the same thing again and again.",
  danger: "Why: it could get someone hurt.",
};
