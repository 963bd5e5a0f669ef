/**
 * The right-to-left language that tests speak: English with Arabic letters in place of its own. It says nothing to
 * anybody, and so can be mistaken for no translation; it does to a page all that Arabic does (direction, joined
 * letters, numbers among them), needs no keeping up, and shows each word that stands in no catalogue.
 */
import en from "../en.js";
import later from "../later/en.js";

const LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنه"; // for a to z
const BLANK = 0xe000; // private use: a part that is filled in keeps its own letters

const letters = (text) => text.replace(/[a-z]/gi, (letter) => LETTERS[letter.toLowerCase().charCodeAt(0) - 97]);

/** The same catalogue, a filled-in part as it was given. */
function mirror(value) {
  if (typeof value === "string") return letters(value);
  if (typeof value === "function") return (...parts) => filled(value, parts);
  if (!value || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([id, part]) => [id, mirror(part)]);
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

function filled(say, parts) {
  const blanks = parts.map((part, n) => (typeof part === "number" ? part : String.fromCharCode(BLANK + n)));
  return letters(say(...blanks)).replace(/[\ue000-\ue009]/g, (blank) => parts[blank.charCodeAt(0) - BLANK]);
}

export default { ...mirror(en), lang: "ar", reviewed_by: "nobody: a language for tests" };
export const laterParts = mirror(later);
