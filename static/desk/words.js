/** The words of the desk's language. `main.<lang>.js` says which before anything is drawn. */
export let words;

/** Speak `catalogue`. */
export function speak(catalogue) {
  words = catalogue;
}

/** What a case is, in words: an answer to somebody's private word is not just a call. */
export const kindOf = (item) => (item.whisper ? words.answered(item.whisper.name) : words.kinds[item.kind]);
