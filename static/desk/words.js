/** The words of the desk's language. `main.<lang>.js` says which before anything is drawn. */
export let words;

/** Speak `catalogue`. */
export function speak(catalogue) {
  words = catalogue;
}

/** What a case is, in words: an answer to somebody's private word is not just a call. */
export const kindOf = (item) => (item.whisper ? words.answered(item.whisper.name) : words.kinds[item.kind]);

/** What the filter calls something, in words; a site's own categories stand as they are. */
export const seenAs = (labels) => labels.map((label) => words.seen_as[label] || label).join(", ");

/** What was done to somebody, as a part of a longer line. */
export const did = (kind, name) => words.did[kind]?.(name).replace(/\.$/, "");
