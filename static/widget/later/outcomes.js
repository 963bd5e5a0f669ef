/** What came of a report or an appeal of mine, in words. */
import { words } from "./words.js";

/** `outcome`: `acted`, `no_action`, `lifted` or `upheld` (PROTOCOL section 4); "" for one we do not know. */
export const outcomes = (outcome) => words.outcomes[outcome] || "";
