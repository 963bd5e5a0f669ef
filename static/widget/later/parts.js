/** What the panel can ask for by name (widget/later.js). Each gives an element; none knows of another. */
import { answer } from "./answer.js";
import { appeal } from "./appeal.js";
import { felt } from "./felt.js";
import { grounding } from "./grounding.js";
import { livelier } from "./livelier.js";
import { outcomes } from "./outcomes.js";
import { reasons } from "./reasons.js";
import { shelf } from "./shelf.js";
import { unanswered } from "./unanswered.js";
import { learn } from "./words.js";

/** The parts in the words of `catalogue`. */
export const opens = (catalogue) => (shared) => {
  learn(catalogue, shared);
  return { answer, appeal, felt, grounding, livelier, reasons, outcomes, shelf, unanswered };
};
